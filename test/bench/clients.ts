/** The registrations both sides of the comparison share: those of a Countersign in development (design §7). */
export const WEB_CLIENT = {
  id: 'demo',
  secret: 'demo-secret',
  redirectUri: 'http://localhost:3001/callback',
  scope: 'openid email',
} as const;

/** A backend that draws its own form; browsers come back to the same address. */
export const REST_CLIENT = { id: 'shop', secret: 'shop-secret' } as const;

export const MACHINE_CLIENT = { id: 'demo-backend', secret: 'demo-backend-secret' } as const;
