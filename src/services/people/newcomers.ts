import type { Account, Consent } from '../../domain/account.ts';
import type { Identifier } from '../../domain/identifier.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { Artifact } from '../../ports/store/artifacts.ts';
import type { Store } from '../../ports/store.ts';
import type { Caller } from '../caller.ts';
import { digestOf, type Vault } from '../vault.ts';
import { type Accounts, newAccount } from './accounts.ts';

/**
 * People who have proven an identifier that nobody has, at a client that has yet to take them up: the account comes to be
 * when the client exchanges its code (contracts.md §4.3). Until then nothing reserves the identifier, and nobody else
 * knows of them.
 */
export interface Newcomers {
  /** @returns the account that is to be, under the id it will have */
  begin(newcomer: { identifier: Identifier; clientId: string; provenAt: number }): Promise<Account>;
  /** The account that is to be, at the client it began at; null once it is one, and ten minutes later. */
  find(id: string, clientId: string): Promise<Account | null>;
  /** Remembers what a newcomer agreed to; of anybody else it takes no notice. */
  recordConsent(id: string, consent: Omit<Consent, 'grantedAt'>): Promise<void>;
  /**
   * Makes the account. Of N parallel callers one does.
   *
   * @returns null when somebody else has the identifier by now, and for all other callers
   */
  settle(id: string, clientId: string, caller: Caller): Promise<Account | null>;
}

interface Newcomer {
  readonly identifier: Identifier;
  readonly clientId: string;
  /** Milliseconds since the epoch. */
  readonly provenAt: number;
}

const MODEL = 'Newcomer';
const CONSENT = 'NewcomerConsent';

/** Seconds from the proof to the exchange: more than a consent page takes. */
const LIFE_SECONDS = 600;

interface Deps {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly random: Random;
  readonly accounts: Accounts;
}

export function createNewcomers(deps: Deps): Newcomers {
  const { artifacts } = deps.store;
  const read = async <Kept>(model: string, id: string): Promise<Kept | null> => {
    const found = await artifacts.find(model, digestOf(id), deps.clock.now());
    if (found === null || found.consumedAt !== null) return null;
    const text = deps.vault.open(found.payload, `${model}:${found.id}`);
    return text === null ? null : (JSON.parse(text) as Kept);
  };
  const find = async (id: string, clientId: string): Promise<Account | null> => {
    const newcomer = await read<Newcomer>(MODEL, id);
    if (newcomer === null || newcomer.clientId !== clientId) return null;
    const consent = await read<Consent>(CONSENT, id);
    return { ...newAccount(newcomer.identifier, id, newcomer.provenAt), consents: consent === null ? [] : [consent] };
  };
  return {
    async begin({ identifier, clientId, provenAt }) {
      const id = deps.random.id();
      const newcomer: Newcomer = { identifier, clientId, provenAt };
      await artifacts.save(artifactOf(deps, MODEL, id, newcomer));
      return newAccount(identifier, id, provenAt);
    },
    find,
    async recordConsent(id, consent) {
      if ((await read(MODEL, id)) === null) return;
      await artifacts.save(artifactOf(deps, CONSENT, id, { ...consent, grantedAt: deps.clock.now() }));
    },
    async settle(id, clientId, caller) {
      const account = await find(id, clientId);
      const [identifier] = account?.identifiers ?? [];
      if (account === null || identifier === undefined) return null;
      if (!(await artifacts.consume(MODEL, digestOf(id), deps.clock.now()))) return null;
      return deps.accounts.createProven(account, { clientId, caller });
    },
  };
}

function artifactOf({ vault, clock }: Deps, model: string, accountId: string, kept: object): Artifact {
  const id = digestOf(accountId);
  const now = clock.now();
  return {
    model,
    id,
    payload: vault.seal(JSON.stringify(kept), `${model}:${id}`),
    grantId: null,
    accountId: null,
    clientId: null,
    uid: null,
    createdAt: now,
    expiresAt: now + LIFE_SECONDS * 1000,
    consumedAt: null,
    successor: null,
  };
}
