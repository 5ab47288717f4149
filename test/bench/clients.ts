/** The registrations both sides of the comparison share: those of a Countersign in development (design §7). */
export const WEB_CLIENT = {
  id: 'demo',
  secret: 'demo-secret',
  redirectUri: 'http://localhost:3001/callback',
  scope: 'openid email',
} as const;

export const MACHINE_CLIENT = { id: 'demo-backend', secret: 'demo-backend-secret' } as const;
