import { clientDeclaration } from './schema/client.ts';
import type { ClientDeclaration } from './schema.ts';

/**
 * The clients a fresh installation can be tried with. Their secrets are public; production refuses them.
 *
 * @param port where the server listens; the demo application is its neighbour on port + 1, examples/backend on port + 2
 */
export function demoClients(port: number): ClientDeclaration[] {
  // A free port is not known yet when the configuration is read; the usual neighbour stands in for it.
  const neighbour = (port === 0 ? 3000 : port) + 1;
  const application = `http://localhost:${neighbour}`;
  const common = {
    type: 'web',
    redirectUris: [`${application}/callback`],
    postLogoutRedirectUris: [`${application}/`],
    scopes: ['openid', 'profile', 'email', 'phone', 'offline_access'],
  };
  const declarations = [
    { ...common, id: 'demo', name: 'Demo', secret: 'demo-secret', firstParty: true, keepSignedIn: true },
    {
      ...common,
      ...BACKEND,
      redirectUris: [...common.redirectUris, `http://localhost:${neighbour + 1}/callback`],
      resources: [`${application}/api`],
    },
    { ...common, id: 'demo-third-party', name: 'Third Party Demo', secret: 'demo-third-party-secret' },
  ];
  return declarations.map((declaration) => clientDeclaration.parse(declaration));
}

/** It may do over the REST API whatever there is to be tried. */
const BACKEND = {
  id: 'demo-backend',
  name: 'Demo Backend',
  secret: 'demo-backend-secret',
  grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
  firstParty: true,
  pkceRequired: false,
  permissions: ['auth:execute', 'users:write', 'users:reveal', 'otp:direct'],
  accessTokenFormat: 'jwt',
  organizations: 'optional',
};
