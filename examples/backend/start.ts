import { createBackend } from './backend.ts';
import { connect } from './countersign.ts';
import { createHosted } from './hosted.ts';

const setting = (name: string, otherwise: string): string => process.env[name] ?? otherwise;

const port = Number(setting('PORT', '3002'));
const baseUrl = setting('BASE_URL', `http://localhost:${port}`).replace(/\/$/, '');
const issuer = setting('ISSUER', 'http://localhost:3000');
const countersign = connect({
  issuer,
  clientId: setting('CLIENT_ID', 'demo-backend'),
  clientSecret: setting('CLIENT_SECRET', 'demo-backend-secret'),
});

const [integration = 'hosted'] = process.argv.slice(2);
const site = integration === 'backend' ? createBackend(countersign) : createHosted(countersign, baseUrl);
site.listen(port, () => {
  process.stdout.write(`Example (${integration}): ${baseUrl} (signs people in with ${issuer})\n`);
});
