import { createRelyingParty } from './server.ts';

const setting = (name: string, otherwise: string): string => process.env[name] ?? otherwise;

const port = Number(setting('PORT', '3001'));
const baseUrl = setting('BASE_URL', `http://localhost:${port}`).replace(/\/$/, '');
const issuer = setting('ISSUER', 'http://localhost:3000');
const thirdPartyId = process.env.THIRD_PARTY_CLIENT_ID;

const app = createRelyingParty({
  issuer,
  clientId: setting('CLIENT_ID', 'demo'),
  clientSecret: setting('CLIENT_SECRET', 'demo-secret'),
  baseUrl,
  scope: setting('SCOPE', 'openid profile email phone'),
  ...(thirdPartyId === undefined
    ? {}
    : { thirdParty: { clientId: thirdPartyId, clientSecret: setting('THIRD_PARTY_CLIENT_SECRET', '') } }),
});

app.listen(port, () => {
  process.stdout.write(`Demo application: ${baseUrl} (signs people in with ${issuer})\n`);
});
