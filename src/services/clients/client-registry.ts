import { type Client, isPublic } from '../../domain/client.ts';
import { clientChanges } from '../../domain/client-changes.ts';
import { Problem } from '../../domain/errors.ts';
import type { EventType } from '../../domain/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { ClientStore } from '../../ports/store/records.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Audit } from '../trail/audit.ts';
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
   * @param search a part of their ids or names, whatever its case; empty for all
   */
  list(search: string, after: string | null, limit: number): Promise<Client[]>;
  /** @param registrationTokenHash by what the client will look after itself (RFC 7592); null when administrators do */
  create(fields: ClientFields, by: AdminActor, registrationTokenHash?: string | null): Promise<Registered>;
  /**
   * @param change makes the new fields of the present ones, or throws
   * @param version the one that was read
   * @throws Problem `not_found`, `declared_elsewhere`, `version_conflict`; `client_unverified` for what no client may have
   *   that looks after itself
   */
  update(
    id: string,
    version: number,
    change: (present: Client) => Partial<ClientFields & Pick<Client, 'disabled' | 'registrationTokenHash'>>,
    by: AdminActor,
  ): Promise<Client>;
  /**
   * Takes over a client that has registered itself: people are not warned of it any more, and its registration access token
   * is good for nothing, because what was looked at must not change by itself.
   * @throws Problem `not_found`, `version_conflict`; `declared_elsewhere` for one that has not registered itself
   */
  verify(id: string, version: number, by: AdminActor): Promise<Client>;
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
    list: (search, after, limit) => (search === '' ? clients.list(after, limit) : clients.search(search, after, limit)),
    ...changesOf(deps, { read, writable }),
    ...endingsOf(deps, writable),
  };
}

/** Puts changes into the store and the audit trail. */
function createPen(deps: Deps) {
  return {
    record(type: EventType, before: Client | null, after: Client | null, by: AdminActor): void {
      const clientId = (before ?? after)?.id;
      deps.audit.record({ type, clientId, by, changes: clientChanges(before, after) });
    },
    /** @throws Problem `version_conflict` */
    async replace(client: Client): Promise<Client> {
      const stored = await deps.store.clients.update({ ...client, updatedAt: deps.clock.now() });
      if (stored === null) throw new Problem('version_conflict');
      deps.clients.forget(client.id);
      return stored;
    },
  };
}

type Finding = (id: string) => Promise<Client>;

function changesOf(
  deps: Deps,
  found: { readonly read: Finding; readonly writable: Finding },
): Pick<ClientRegistry, 'create' | 'update' | 'verify'> {
  const { record, replace } = createPen(deps);
  const unchanged = (present: Client, version: number): Client => {
    if (present.version !== version) throw new Problem('version_conflict');
    return present;
  };
  return {
    async create(fields, by, registrationTokenHash = null) {
      const registered = register(deps, fields, registrationTokenHash);
      refuseRights(registered.client);
      if (!(await deps.store.clients.create(registered.client))) throw new Error('an id was given out twice');
      record(registrationTokenHash === null ? 'client.created' : 'client.registered', null, registered.client, by);
      return registered;
    },
    async update(id, version, change, by) {
      const present = unchanged(await found.writable(id), version);
      const changed = { ...present, ...change(present) };
      refuseRights(changed);
      const stored = await replace(changed);
      record('client.changed', present, stored, by);
      return stored;
    },
    async verify(id, version, by) {
      const present = unchanged(await found.read(id), version);
      if (present.source !== 'registration') throw new Problem('declared_elsewhere');
      const stored = await replace({ ...present, source: 'administrator', registrationTokenHash: null });
      record('client.changed', present, stored, by);
      return stored;
    },
  };
}

function endingsOf(deps: Deps, writable: Finding): Pick<ClientRegistry, 'rotateSecret' | 'remove'> {
  const { record, replace } = createPen(deps);
  return {
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
      if (!(await deps.store.clients.remove(id))) throw new Problem('not_found');
      deps.clients.forget(id);
      record('client.removed', present, null, by);
    },
  };
}

/** What would let somebody whom nobody knows do more than ask people for their consent. */
function refuseRights(client: Client): void {
  if (client.source !== 'registration') return;
  const { firstParty, pkceRequired, permissions, resources, trustLoginHint } = client;
  if (firstParty || !pkceRequired || permissions.length > 0 || resources.length > 0 || trustLoginHint) {
    throw new Problem('client_unverified');
  }
}

function freshSecret({ random, clock }: Pick<Deps, 'random' | 'clock'>) {
  const secret = random.bytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: secretHash(secret, random.id(), clock.now()) };
}

/** The id is never one that somebody had before: what a client has left behind belongs to nobody else. */
function register(deps: Deps, fields: ClientFields, registrationTokenHash: string | null): Registered {
  const now = deps.clock.now();
  const fresh = fields.type === 'spa' || fields.type === 'native' ? null : freshSecret(deps);
  const client: Client = {
    ...fields,
    id: `client_${deps.random.id()}`,
    secrets: fresh === null ? [] : [fresh.hash],
    source: registrationTokenHash === null ? 'administrator' : 'registration',
    registrationTokenHash,
    disabled: false,
    createdAt: now,
    updatedAt: now,
    version: 1,
  };
  return { client, secret: fresh?.secret ?? null };
}
