import type { Client } from '../../domain/client.ts';
import { isProblem, Problem } from '../../domain/errors.ts';
import type { EventType } from '../../domain/event.ts';
import { fieldChanges } from '../../domain/field-changes.ts';
import type { Resource } from '../../domain/resource.ts';
import type { SigningAlgorithm } from '../../domain/signing-key.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClientStore } from '../../ports/store/records.ts';
import type { ResourceStore } from '../../ports/store/resources.ts';
import type { AdminActor } from '../administration/admin-actor.ts';
import type { Audit } from '../trail/audit.ts';
import { type Audiences, resourceIdOf } from './audiences.ts';
import type { ClientRegistry } from './client-registry.ts';

/** What an administrator decides about a resource, once its audience is known. */
export type ResourceFields = Omit<Resource, 'id' | 'audience' | 'createdAt' | 'updatedAt' | 'version'>;

/** What the administration does with resources, whatever surface it is asked on. Each change is one event with who made it. */
export interface Resources {
  /** @throws Problem `not_found` */
  read(id: string): Promise<Resource>;
  /** By id, ascending, after the cursor. */
  list(after: string | null, limit: number): Promise<Resource[]>;
  /** @throws Problem `id_taken` when the audience is registered already, or is that of this server */
  create(audience: string, fields: ResourceFields, by: AdminActor): Promise<Resource>;
  /**
   * @param version the one that was read
   * @param change makes the new fields of the present ones, or throws
   * @throws Problem `not_found`, `version_conflict`
   */
  update(id: string, version: number, change: (present: Resource) => ResourceFields, by: AdminActor): Promise<Resource>;
  /**
   * Takes the audience from all clients, so that nobody can ask for tokens for it, and then the resource.
   * @throws Problem `not_found`; `declared_elsewhere` when a client of the configuration names it; `version_conflict`
   */
  remove(id: string, by: AdminActor): Promise<void>;
}

interface Deps {
  /** Its own API is an audience as well (RFC 8707). */
  readonly apiAudience: string;
  readonly store: { readonly resources: ResourceStore; readonly clients: ClientStore };
  readonly audiences: Audiences;
  readonly clientRegistry: Pick<ClientRegistry, 'read' | 'update'>;
  readonly signingKeys: { ensure(alg: SigningAlgorithm): Promise<void> };
  readonly clock: Clock;
  readonly audit: Audit;
}

/** Not told of a change: what stands beside it anyway, and what changes with every write. */
const UNSAID: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version']);

export function createResources(deps: Deps): Resources {
  const { resources } = deps.store;
  const read = async (id: string): Promise<Resource> => {
    const found = await resources.find(id);
    if (found === null) throw new Problem('not_found');
    return found;
  };
  return { read, list: resources.list, ...changesOf(deps, read) };
}

function changesOf(
  deps: Deps,
  read: (id: string) => Promise<Resource>,
): Pick<Resources, 'create' | 'update' | 'remove'> {
  const { resources } = deps.store;
  return {
    async create(audience, fields, by) {
      if (audience === deps.apiAudience) throw new Problem('id_taken');
      await ensureKey(deps, fields);
      const now = deps.clock.now();
      const resource = { ...fields, id: resourceIdOf(audience), audience, createdAt: now, updatedAt: now, version: 1 };
      if (!(await resources.create(resource))) throw new Problem('id_taken');
      settle(deps, 'resource.created', { before: null, after: resource }, by);
      return resource;
    },
    async update(id, version, change, by) {
      const present = await read(id);
      if (present.version !== version) throw new Problem('version_conflict');
      const fields = change(present);
      await ensureKey(deps, fields);
      const stored = await resources.update({ ...present, ...fields, updatedAt: deps.clock.now() });
      if (stored === null) throw new Problem('version_conflict');
      settle(deps, 'resource.changed', { before: present, after: stored }, by);
      return stored;
    },
    async remove(id, by) {
      const present = await read(id);
      await takeFromClients(deps, present.audience, by);
      if (!(await resources.remove(id))) throw new Problem('not_found');
      settle(deps, 'resource.removed', { before: present, after: null }, by);
    },
  };
}

type Change =
  | { readonly before: Resource | null; readonly after: Resource }
  | { readonly before: Resource; readonly after: null };

/** What has been written counts on this node at once, and stands in the audit trail. */
function settle({ audiences, audit }: Deps, type: EventType, { before, after }: Change, by: AdminActor): void {
  const { id, audience } = after ?? before;
  audiences.forget(audience);
  audit.record({ type, by, object: `resource:${id}`, changes: fieldChanges(before, after, UNSAID) });
}

/** The key is there before anybody can ask for a token that needs it. */
const ensureKey = (
  { signingKeys }: Deps,
  { accessTokenFormat, signingAlg }: ResourceFields,
): Promise<void> | undefined => (accessTokenFormat === 'jwt' ? signingKeys.ensure(signingAlg) : undefined);

/** Clients read at a time. */
const PAGE = 500;

/** Changes to one client that somebody else may make meanwhile before this gives up. */
const TRIES = 5;

/** Without the resource, an audience that stays listed would be one without rules; so it goes first. */
async function takeFromClients(deps: Deps, audience: string, by: AdminActor): Promise<void> {
  const naming = await clientsNaming(deps.store.clients, audience);
  if (naming.some(({ source }) => source === 'configuration')) throw new Problem('declared_elsewhere');
  for (const { id } of naming) await takeFrom(deps.clientRegistry, id, audience, by);
}

async function clientsNaming(clients: ClientStore, audience: string): Promise<Client[]> {
  const naming: Client[] = [];
  for (let after: string | null = null; ; ) {
    const page: Client[] = await clients.list(after, PAGE);
    naming.push(...page.filter(({ resources }) => resources.includes(audience)));
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < PAGE) return naming;
  }
}

async function takeFrom(registry: Deps['clientRegistry'], id: string, audience: string, by: AdminActor): Promise<void> {
  const without = ({ resources }: Client) => ({ resources: resources.filter((listed) => listed !== audience) });
  for (let tries = 1; ; tries += 1) {
    try {
      const { version } = await registry.read(id);
      await registry.update(id, version, without, by);
      return;
    } catch (error) {
      if (isProblem(error, 'not_found')) return;
      if (!isProblem(error, 'version_conflict') || tries === TRIES) throw error;
    }
  }
}
