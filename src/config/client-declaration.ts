import { type Client, isPublic } from '../domain/client.ts';
import { clientDeclaration, clientRegistrationShape } from './schema/client.ts';

/** One client as `clients` of the configuration takes it. */
export type DeclaredForm = Readonly<Record<string, unknown>>;

/** What a type of client is when nothing is said; some of it depends on the type. */
const usualOf = (type: Client['type']): DeclaredForm =>
  clientDeclaration.parse({
    id: 'usual',
    type,
    ...(isPublic({ type }) ? {} : { secret: 'usual' }),
    ...(type === 'machine' ? {} : { redirectUris: ['https://usual.example/'] }),
  });

/** The variable that brings the secret of a client along; its own digest is all that is known of it here. */
const variableOf = (id: string): string => `CLIENT_${id.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_SECRET`;

/**
 * A client as the configuration would declare it, without what is left to its default. Loaded, it is the same client again.
 *
 * @param variable of the environment, in which its secret is brought along
 */
export function declarationOf(client: Client, variable: string = variableOf(client.id)): DeclaredForm {
  const { id, type, name } = client;
  const usual = usualOf(type);
  const said = Object.keys(clientRegistrationShape)
    .filter((field) => field !== 'name' && field !== 'type')
    .map((field) => [field, client[field as keyof Client]] as const)
    .filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(usual[field]));
  return {
    id,
    name,
    type,
    ...(isPublic(client) ? {} : { secret: `\${env:${variable}}` }),
    ...Object.fromEntries(said),
  };
}

/** The clients of an installation in the form of its configuration. */
export interface DeclaredForms {
  readonly clients: readonly DeclaredForm[];
  /** Which variable has to bring which secret along. */
  readonly secretsMissing: readonly { readonly id: string; readonly variable: string }[];
  /** Declared, these would be more than they are: disabled ones would be enabled, and unverified ones vouched for. */
  readonly leftOut: readonly { readonly id: string; readonly reason: 'disabled' | 'unverified' }[];
}

/** Several clients as the configuration would declare them: each secret has a variable of its own. */
export function declarationsOf(clients: readonly Client[]): DeclaredForms {
  const taken = new Set<string>();
  const fresh = (id: string): string => {
    const first = variableOf(id);
    let variable = first;
    for (let count = 2; taken.has(variable); count += 1) variable = `${first}_${count}`;
    taken.add(variable);
    return variable;
  };
  const named = clients.map((client) => ({ client, reason: reasonToLeaveOut(client) }));
  const declared = named
    .filter(({ reason }) => reason === null)
    .map(({ client }) => ({ client, variable: isPublic(client) ? null : fresh(client.id) }));
  return {
    clients: declared.map(({ client, variable }) => declarationOf(client, variable ?? undefined)),
    secretsMissing: declared.flatMap(({ client: { id }, variable }) => (variable === null ? [] : [{ id, variable }])),
    leftOut: named.flatMap(({ client: { id }, reason }) => (reason === null ? [] : [{ id, reason }])),
  };
}

const reasonToLeaveOut = ({ disabled, source }: Client): 'disabled' | 'unverified' | null =>
  source === 'registration' ? 'unverified' : disabled ? 'disabled' : null;
