import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { GrantContext } from '../../domain/grant-context.ts';

/** What our journey writes into the result of a sign-in besides what the engine knows (engine.ts). */
interface OwnResult {
  readonly context?: GrantContext;
  /** By which channels the person could prove the other factor that the client wants. */
  readonly wants_second?: readonly string[];
}

const ownResult = ({ oidc }: KoaContextWithOIDC): OwnResult => (oidc.result?.login ?? {}) as OwnResult;

/** What this request's sign-in is for; undefined when there is nothing to be said, or nobody has just signed in. */
export const contextOf = (ctx: KoaContextWithOIDC): GrantContext | undefined => ownResult(ctx).context;

/** The request came with a proof that was made over an API, or says so. */
export const isOfTicket = ({ oidc }: KoaContextWithOIDC): boolean => oidc.params?.ticket !== undefined;

/** True when nothing may be granted: the ticket is not redeemed, or there is a factor missing. */
export const isHeldBack = (ctx: KoaContextWithOIDC): boolean =>
  isOfTicket(ctx) && (contextOf(ctx)?.byTicket !== true || ownResult(ctx).wants_second !== undefined);

/**
 * A request with a ticket is answered by what the ticket proves and by nothing else: no session of the browser stands for it
 * . With `prompt=none` that is `login_required`.
 */
export const createTicketCheck = (): InstanceType<typeof interactionPolicy.Check> =>
  new interactionPolicy.Check('ticket', 'the ticket has to be redeemed', 'login_required', (ctx) => {
    const methods = ownResult(ctx).wants_second;
    if (methods !== undefined) throw new errors.CustomOIDCProviderError('mfa_required', wanted(methods));
    return isOfTicket(ctx) && contextOf(ctx)?.byTicket !== true;
  });

const wanted = (methods: readonly string[]): string =>
  methods.length === 0 ? 'no other factor is known' : `another factor is required: ${methods.join(', ')}`;
