import { z } from 'zod';
import { declarationsOf } from '../../../config/client-declaration.ts';
import type { Client } from '../../../domain/client.ts';
import { isOwnClient } from '../../../domain/own-clients.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import { type AdminOperation, adminOperation } from './operation.ts';

interface Deps {
  readonly clientRegistry: ClientRegistry;
}

const exported = z.object({
  clients: z.array(z.looseObject({ id: z.string() })).describe('As `clients` of the configuration takes them.'),
  secrets_missing: z
    .array(z.object({ id: z.string(), variable: z.string() }))
    .describe('Secrets are kept as digests only: the variable of the environment that has to bring each one along.'),
  left_out: z
    .array(z.object({ id: z.string(), reason: z.enum(['disabled', 'unverified']) }))
    .describe('Declared clients are always enabled and vouched for; these are not.'),
});

const SECRET = { id: 'shop', variable: 'CLIENT_SHOP_SECRET' };

const EXAMPLE: z.input<typeof exported> = {
  clients: [
    {
      id: 'shop',
      name: 'Shop',
      type: 'web',
      secret: `\${env:${SECRET.variable}}`,
      redirectUris: ['https://shop.example.org/callback'],
      firstParty: true,
    },
  ],
  secrets_missing: [SECRET],
  left_out: [],
};

/** The clients there are, in the form of the configuration. */
export const exportClients = ({ clientRegistry }: Deps): AdminOperation =>
  adminOperation({
    id: 'exportClients',
    group: 'Clients',
    method: 'get',
    path: '/clients/export',
    summary: 'Export the clients as configuration',
    description:
      'What is left to its default is left out. Loaded by another installation, the same clients are there, under the same ' +
      'ids. An installation that has them already refuses to start with them: whoever wants them declared there removes ' +
      'them first.',
    scope: 'read',
    body: null,
    success: { status: 200, description: 'The clients', schema: exported },
    examples: [{ summary: 'One web application', body: null, answer: EXAMPLE }],
    async handle() {
      const { clients, secretsMissing, leftOut } = declarationsOf(await everyClient(clientRegistry));
      return {
        clients: clients.map((client) => ({ ...client, id: String(client.id) })),
        secrets_missing: secretsMissing.map((one) => ({ ...one })),
        left_out: leftOut.map((one) => ({ ...one })),
      };
    },
  });

/** Clients read at a time. */
const PAGE = 500;

/** All but those of the server itself. */
async function everyClient(registry: ClientRegistry): Promise<Client[]> {
  const found: Client[] = [];
  for (let after: string | null = null; ; ) {
    const page: Client[] = await registry.list('', after, PAGE);
    found.push(...page.filter(({ id }) => !isOwnClient(id)));
    after = page.at(-1)?.id ?? null;
    if (after === null || page.length < PAGE) return found;
  }
}
