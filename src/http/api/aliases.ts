import type { Middleware } from 'koa';
import { Problem } from '../../domain/errors.ts';

interface Alias {
  /** The engine's own path. */
  readonly path: string;
  readonly methods: readonly string[];
  /** Whether people see it in a browser: then what goes wrong there is a page. */
  readonly page?: true;
}

/**
 * The engine's endpoints by the names that unchanged Mosaic clients know (contracts.md §4.1, §4.4). There is one issuer and
 * one discovery document: it says the same at both addresses, and names the endpoints by their own paths.
 */
const ALIASES: Readonly<Record<string, Alias>> = {
  '/oidc/token': { path: '/token', methods: ['POST', 'OPTIONS'] },
  '/cis/oidc/token': { path: '/token', methods: ['POST', 'OPTIONS'] },
  '/cis/oidc/auth': { path: '/auth', methods: ['GET', 'HEAD', 'POST'], page: true },
  '/cis/oidc/request': { path: '/request', methods: ['POST', 'OPTIONS'] },
  '/cis/oidc/jwks': { path: '/jwks', methods: ['GET', 'HEAD', 'OPTIONS'] },
  '/cis/oidc/me': { path: '/me', methods: ['GET', 'HEAD', 'POST', 'OPTIONS'] },
  '/cis/oidc/.well-known/openid-configuration': {
    path: '/.well-known/openid-configuration',
    methods: ['GET', 'HEAD', 'OPTIONS'],
  },
};

const aliasOf = (path: string): Alias | undefined => {
  const name = path.replace(/\/$/, '').toLowerCase();
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
};

/** Whether a path is an alias that a browser is sent to. */
export const isAliasOfPage = (path: string): boolean => aliasOf(path)?.page === true;

/**
 * Takes a request for an alias to the engine's own path, before anybody else looks at it.
 *
 * @throws Problem `method_not_allowed`
 */
export const aliases: Middleware = (ctx, next) => {
  const alias = aliasOf(ctx.path);
  if (alias === undefined) return next();
  if (!alias.methods.includes(ctx.method)) {
    ctx.set('allow', alias.methods.join(', '));
    throw new Problem('method_not_allowed');
  }
  ctx.path = alias.path;
  return next();
};
