import { type Client, isPublic } from '../domain/client.ts';
import { Problem } from '../domain/errors.ts';
import type { EventType } from '../domain/event.ts';
import { fieldChanges } from '../domain/field-changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { ClientStore } from '../ports/store/records.ts';
import type { AdminActor } from './admin-actor.ts';
import type { Audit } from './audit.ts';
import { type Clients, secretHash } from './clients.ts';

/** What an administrator decides about a client. */
export type ClientFields = Omit<
  Client,
  'id' | 'secrets' | 'source' | 'registrationTokenHash' | 'disabled' | 'createdAt' | 'updatedAt' | 'version'
>;

/** A client with the secret that it was given, null for one that cannot keep any: shown for the only time. */
export interface Registered {
  readonly client: Client;
  readonly secret: string | null;
}

/**
 * What the administration does with clients, whatever surface it is asked on. Each change is one event with who made it,
 * before and after. Declared clients are changed in the configuration only: `declared_elsewhere`.
 */
export interface ClientRegistry {
  /** Also of disabled ones. @throws Problem `not_found` */
  read(id: string): Promise<Client>;
  /**
   * By id, ascending, after the cursor.
   * @param search what ids or names begin with, whatever its case; empty for all
   */
  list(search: string, after: string | null, limit: number): Promise<Client[]>;
  create(fields: ClientFields, by: AdminActor): Promise<Registered>;
  /**
   * @param change makes the new fields of the present ones, or throws
   * @param version the one that was read
   * @throws Problem `not_found`, `declared_elsewhere`, `version_conflict`
   */
  update(
    id: string,
    version: number,
    change: (present: Client) => Partial<ClientFields & { disabled: boolean }>,
    by: AdminActor,
  ): Promise<Client>;
  /**
   * A new secret beside the newest one, so that two are valid until the next rotation.
   * @param alone ends all former ones at once, when one has leaked
   * @throws Problem `not_found`, `declared_elsewhere`, `version_conflict`; `client_invalid` for a client that cannot keep one
   */
  rotateSecret(id: string, alone: boolean, by: AdminActor): Promise<Registered>;
  /** Within five seconds nothing that it was given is good for anything. @throws Problem `not_found`, `declared_elsewhere` */
  remove(id: string, by: AdminActor): Promise<void>;
}

interface Deps {
  readonly store: { readonly clients: ClientStore };
  readonly clients: Pick<Clients, 'forget'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
}

/** 256 random bits. */
const SECRET_BYTES = 32;

/** Clients read at a time while searching: there are thousands of them, not millions. */
const PAGE = 500;

export function createClientRegistry(deps: Deps): ClientRegistry {
  const { clients } = deps.store;
  const read = async (id: string): Promise<Client> => {
    const found = await clients.find(id);
    if (found === null) throw new Problem('not_found');
    return found;
  };
  const writable = async (id: string): Promise<Client> => {
    const found = await read(id);
    if (found.source === 'configuration') throw new Problem('declared_elsewhere');
    return found;
  };
  return {
    read,
    list: (search, after, limit) => searched(clients, search, after, limit),
    ...changesOf(deps, writable),
  };
}

async function searched(clients: ClientStore, search: string, after: string | null, limit: number): Promise<Client[]> {
  const start = search.toLowerCase();
  const begins = ({ id, name }: Client): boolean => [id, name].some((text) => text.toLowerCase().startsWith(start));
  const found: Client[] = [];
  let cursor = after;
  while (found.length < limit) {
    const page: Client[] = await clients.list(cursor, start === '' ? limit : PAGE);
    found.push(...page.filter(begins));
    cursor = page.at(-1)?.id ?? null;
    if (start === '' || page.length < PAGE) break;
  }
  return found.slice(0, limit);
}

function changesOf(
  deps: Deps,
  writable: (id: string) => Promise<Client>,
): Pick<ClientRegistry, 'create' | 'update' | 'rotateSecret' | 'remove'> {
  const { clients } = deps.store;
  const record = (type: EventType, before: Client | null, after: Client | null, by: AdminActor): void => {
    const clientId = (before ?? after)?.id;
    deps.audit.record({ type, clientId, by, changes: fieldChanges(toldOf(before), toldOf(after), UNSAID) });
  };
  const replace = async (client: Client): Promise<Client> => {
    const stored = await clients.update({ ...client, updatedAt: deps.clock.now() });
    if (stored === null) throw new Problem('version_conflict');
    deps.clients.forget(client.id);
    return stored;
  };
  return {
    async create(fields, by) {
      const registered = register(deps, fields);
      if (!(await clients.create(registered.client))) throw new Error('an id was given out twice');
      record('client.created', null, registered.client, by);
      return registered;
    },
    async update(id, version, change, by) {
      const present = await writable(id);
      if (present.version !== version) throw new Problem('version_conflict');
      const stored = await replace({ ...present, ...change(present) });
      record('client.changed', present, stored, by);
      return stored;
    },
    async rotateSecret(id, alone, by) {
      const present = await writable(id);
      if (isPublic(present)) throw new Problem('client_invalid');
      const { secret, hash } = freshSecret(deps);
      const secrets = alone ? [hash] : [hash, ...present.secrets.slice(0, 1)];
      const client = await replace({ ...present, secrets });
      record('client.secret_made', present, client, by);
      return { client, secret };
    },
    async remove(id, by) {
      const present = await writable(id);
      if (!(await clients.remove(id))) throw new Problem('not_found');
      deps.clients.forget(id);
      record('client.removed', present, null, by);
    },
  };
}

/** What is not said of a change: secrets, what stands beside it anyway, what changes with every write. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'registrationTokenHash', 'createdAt', 'updatedAt', 'version']);

/** A client as the audit trail may tell it: how many secrets there are and when they were made, and nothing of them. */
const toldOf = (client: Client | null): object | null =>
  client === null ? null : { ...client, secrets: client.secrets.map(({ createdAt }) => ({ createdAt })) };

function freshSecret({ random, clock }: Pick<Deps, 'random' | 'clock'>) {
  const secret = random.bytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: secretHash(secret, random.id(), clock.now()) };
}

/** The id is never one that somebody had before: what a client has left behind belongs to nobody else. */
function register(deps: Deps, fields: ClientFields): Registered {
  const now = deps.clock.now();
  const fresh = fields.type === 'spa' || fields.type === 'native' ? null : freshSecret(deps);
  const client: Client = {
    ...fields,
    id: `client_${deps.random.id()}`,
    secrets: fresh === null ? [] : [fresh.hash],
    source: 'administrator',
    registrationTokenHash: null,
    disabled: false,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return { client, secret: fresh?.secret ?? null };
}
