import type { Example, Operation } from './operation.ts';

/** What is typed into a shell to call an operation as its example does; what only earlier calls know is in variables. */
export function curlOf(issuer: string, operation: Operation, example: Example<unknown, unknown>): string {
  const url = issuer + (operation.mounts[0] ?? '') + filled(operation.path, example.params ?? {});
  const lines = [
    `curl -sS${operation.method === 'post' ? '' : ` -X ${operation.method.toUpperCase()}`} "${url}"`,
    ...(operation.access.kind === 'none' ? [] : [`-H "Authorization: Bearer ${tokenOf(operation)}"`]),
    ...(operation.body === null ? [] : ['-H "Content-Type: application/json"', '--data-binary @- <<JSON']),
  ];
  const command = operation.body === null && operation.method === 'post' ? [...lines, '-d ""'] : lines;
  const text = command.join(' \\\n  ');
  return operation.body === null ? text : `${text}\n${shellBody(example)}\nJSON`;
}

const variable = (name: string): string => `$${name}`;

const filled = (path: string, params: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_braces, name: string) => params[name] ?? variable(name.toUpperCase()));

const tokenOf = ({ access }: Operation): string => variable(access.kind === 'client' ? 'CLIENT_TOKEN' : 'USER_TOKEN');

/** In a here-document a shell fills in variables, and everything else stands as it is written. */
function shellBody({ body, variables = {} }: Example<unknown, unknown>): string {
  const fields = Object.entries(body as Readonly<Record<string, unknown>>);
  const shown = fields.map(([name, value]) => [name, name in variables ? variable(variables[name] ?? '') : value]);
  return JSON.stringify(Object.fromEntries(shown), null, 2);
}
