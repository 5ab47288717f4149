import { type Account, primaryOf } from '../../domain/account.ts';
import { hasIdentifier } from '../../domain/account-identifiers.ts';
import type { Client } from '../../domain/client.ts';
import { Problem } from '../../domain/errors.ts';
import { type Channel, type Identifier, parseEmail } from '../../domain/identifier.ts';
import { parsePhone } from '../../domain/phone.ts';
import type { ApiPerson } from '../api-proofs.ts';
import type { Challenges } from '../challenges/challenges.ts';
import type { Accounts } from './accounts.ts';

/** How a backend names somebody. */
export interface NamedPerson {
  readonly kind: 'email' | 'phone_number' | 'user_id';
  readonly value: string;
}

/** By which way somebody is to be reached: a channel of their own, an identifier that the client gives, or the client itself. */
export type Way = Channel | 'direct' | { readonly elsewhere: Identifier };

/** Whom a proof is about, and how they are reached: the same for whoever has no account. */
export interface BackendPeople {
  /**
   * @throws Problem `identifier_invalid`; for clients that may know (R-25) `account_unknown`, `account_disabled`,
   * `account_email_missing`, `account_phone_missing`
   */
  target(client: Client, named: NamedPerson, way: Way): Promise<ApiPerson>;
  /**
   * Whom a code may be meant for: the person in whose name the newest code was asked for that is still open. A code that is
   * typed comes with a name and without the way it went.
   */
  waiting(client: Client, named: NamedPerson): Promise<ApiPerson>;
}

interface Deps {
  readonly accounts: Pick<Accounts, 'findActive' | 'findActiveBy' | 'isFree'>;
  readonly challenges: Pick<Challenges, 'ofApi' | 'standInFor'>;
}

/** Who was named, as far as anybody is known by that. */
interface Meant {
  /** What was given, or what stands for it where no identifier was. */
  readonly given: Identifier;
  readonly accountId: string | undefined;
  readonly account: Account | null;
}

const CHANNELS = ['email', 'sms'] as const;

export function createBackendPeople(deps: Deps): BackendPeople {
  return {
    async target(client, named, way) {
      const meant = await meantBy(deps, named);
      if (client.permissions.includes('users:reveal')) await reveal(deps, meant, way);
      return personOf(deps, client, meant, way);
    },
    async waiting(client, named) {
      const meant = await meantBy(deps, named);
      const ways: Way[] = [...CHANNELS, ...CHANNELS.map((channel) => ({ elsewhere: { channel, value: '' } }))];
      const people = ways.map((way) => personOf(deps, client, meant, way));
      // In one go, so that it takes as long for everybody.
      const open = await Promise.all(
        people.map(async (person) => ({ person, challenge: await deps.challenges.ofApi(slotOf(person)) })),
      );
      const [newest] = open
        .filter(({ challenge }) => challenge !== null)
        .sort((one, other) => (other.challenge?.createdAt ?? 0) - (one.challenge?.createdAt ?? 0));
      return newest?.person ?? personOf(deps, client, meant, meant.given.channel);
    },
  };
}

async function meantBy({ accounts }: Deps, { kind, value }: NamedPerson): Promise<Meant> {
  if (kind !== 'user_id') {
    const given = kind === 'email' ? parseEmail(value) : parsePhone(value, null);
    return { given, accountId: undefined, account: await accounts.findActiveBy(given) };
  }
  const account = await accounts.findActive(value);
  const [first] = account === null ? [] : CHANNELS.flatMap((channel) => primaryOf(account, channel) ?? []);
  const given = first === undefined ? { channel: 'email' as const, value: `user:${value}` } : bare(first);
  return { given, accountId: value, account };
}

async function reveal({ accounts }: Deps, { given, accountId, account }: Meant, way: Way): Promise<void> {
  if (account === null) {
    const isDisabled = accountId === undefined && !(await accounts.isFree(given));
    throw new Problem(isDisabled ? 'account_disabled' : 'account_unknown');
  }
  if (typeof way !== 'string' || way === 'direct' || reachedAt(account, given, way) !== null) return;
  throw new Problem(way === 'email' ? 'account_email_missing' : 'account_phone_missing');
}

function personOf({ challenges }: Deps, client: Client, { given, accountId, account }: Meant, way: Way): ApiPerson {
  const common = { client, ...(accountId === undefined ? {} : { accountId }) };
  if (typeof way !== 'string') return { ...common, identifier: way.elsewhere, askedAs: given };
  const channel = way === 'direct' ? given.channel : way;
  if (accountId === undefined && channel === given.channel) return { ...common, identifier: given };
  const reached = account === null ? null : reachedAt(account, given, channel);
  const identifier = reached ?? challenges.standInFor(given, channel);
  return accountId === undefined ? { ...common, identifier, askedAs: given } : { ...common, identifier };
}

/** Where an account is reached by a channel: what was given itself, else what it has proven. */
function reachedAt(account: Account, given: Identifier, channel: Channel): Identifier | null {
  if (given.channel === channel && hasIdentifier(account, given)) return given;
  const primary = primaryOf(account, channel);
  return primary?.verifiedAt == null ? null : bare(primary);
}

const bare = ({ channel, value }: Identifier): Identifier => ({ channel, value });

const slotOf = ({ client, identifier, askedAs, accountId }: ApiPerson) => ({
  clientId: client.id,
  purpose: 'sign-in' as const,
  identifier,
  ...(askedAs === undefined ? {} : { askedAs }),
  ...(accountId === undefined ? {} : { accountId }),
});
