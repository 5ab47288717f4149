import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { createBackend } from '../support/api.ts';
import { callExample, type DocumentedExample } from '../support/api-examples.ts';
import { useServer } from '../support/journey.ts';

interface Example {
  readonly value: unknown;
  readonly 'x-after'?: string;
  readonly 'x-variables'?: Readonly<Record<string, string>>;
}

interface Content {
  readonly 'application/json': { readonly schema: unknown; readonly examples?: Readonly<Record<string, Example>> };
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-after'?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

describe('API: its documentation', function () {
  this.timeout(60_000);
  // So many calls from one network and one client.
  const plenty = JSON.stringify([{ limit: 100_000, windowSeconds: 60 }]);
  const suite = useServer({ env: { BUDGETS_SENDS_PER_NETWORK: plenty, SMS_COUNTRIES: 'DE' } });
  const backend = createBackend(suite);
  let document: OpenApi;
  before(async () => {
    document = (await (await fetch(`${suite.server.issuer}/openapi.json`)).json()) as OpenApi;
  });

  const operations = (): { path: string; method: string; operation: DocumentedOperation }[] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  /** A schema of the document, by zod: with all that it points to in it. */
  const schemaOf = (schema: unknown): z.ZodType => {
    const whole = { ...(schema as object), $defs: document.components.schemas };
    const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
    return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
  };

  const examplesOf = ({ path, method, operation }: ReturnType<typeof operations>[number]): DocumentedExample[] => {
    const [status = '', success] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
    const examples = Object.values(
      operation.requestBody?.content['application/json'].examples ?? { none: { ...operation, value: null } },
    );
    const [access = 'none'] = operation.security.flatMap((scheme) => Object.keys(scheme));
    return examples.map((example) => ({
      operationId: operation.operationId.replace(/Cis$/, ''),
      method: method.toUpperCase(),
      path,
      body: example.value as DocumentedExample['body'],
      variables: example['x-variables'] ?? {},
      after: example['x-after'] ?? null,
      access: access as DocumentedExample['access'],
      status: Number(status),
      schema: success?.content?.['application/json'].schema ?? null,
    }));
  };

  it('is an OpenAPI 3.1 document whose names are unique and whose references lead somewhere', () => {
    expect(document.openapi).to.match(/^3\.1\.\d+$/);
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(ids).to.have.length.above(0);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const [reference] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      expect(document.components.schemas).to.have.property(reference.slice('#/components/schemas/'.length));
    }
    expect(JSON.stringify(document)).to.not.contain('#/$defs/');
  });

  it('has an example for everything, of the form that it describes', () => {
    for (const one of operations()) {
      const { operationId, requestBody, responses } = one.operation;
      for (const content of [requestBody?.content, ...Object.values(responses).map((response) => response.content)]) {
        const { schema, examples = {} } = content?.['application/json'] ?? { schema: {} };
        for (const { value } of Object.values(examples)) {
          const { error } = schemaOf(schema).safeParse(value);
          expect(error?.issues, operationId).to.equal(undefined);
        }
      }
      expect(examplesOf(one), operationId).to.have.length.above(0);
    }
  });

  it('is true: every example does what it says, at all of its addresses', async () => {
    const all = operations().flatMap(examplesOf);
    for (const example of all) {
      const { status, headers, body, text } = await callExample(example, all, backend, suite);
      expect(status, `${example.operationId} ${text}`).to.equal(example.status);
      if (example.schema === null) {
        expect(text, example.operationId).to.equal('');
        continue;
      }
      expect(headers['content-type']).to.match(/^application\/json/);
      expect(schemaOf(example.schema).safeParse(body).error?.issues, example.operationId).to.equal(undefined);
    }
  });

  it('is true of failures, too: each has the form that is described for it', async () => {
    for (const { path, method, operation } of operations()) {
      const target = path.replace(/\{\w+\}/g, 'nobody');
      const attempts = [
        { token: null, body: {} },
        { token: 'x', body: {} },
        { body: '{' },
        { body: { $ne: 1 } },
        { body: { unknown: true } },
        { body: 'x', headers: { 'content-type': 'text/plain' } },
        { body: { email: 'x'.repeat(70_000) } },
      ];
      for (const attempt of attempts) {
        const request = method === 'get' ? { ...attempt, body: undefined } : attempt;
        const { status, body, text } = await backend.call(target, { method: method.toUpperCase(), ...request });
        if (status < 300) continue;
        const described = operation.responses[String(status)]?.content?.['application/json'].schema;
        expect(described, `${operation.operationId} ${status} ${text}`).to.not.equal(undefined);
        expect(schemaOf(described).safeParse(body).error?.issues, `${operation.operationId} ${text}`).to.equal(
          undefined,
        );
      }
    }
  });

  /** Texts of a page, as a reader copies them. */
  const commandsOf = (html: string): string[] =>
    [...html.matchAll(/<pre class="command"[^>]*>([^<]*)<\/pre>/g)].map(([, text = '']) =>
      text
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&'),
    );

  it('has commands that run in a shell as they stand, where nothing has to come before', async function () {
    if (spawnSync('curl', ['--version']).status !== 0) this.skip();
    const [token = '', ...commands] = commandsOf(await (await fetch(`${suite.server.issuer}/docs`)).text());
    const alone = operations()
      .flatMap(examplesOf)
      .filter(({ after, variables }) => after === null && !Object.keys(variables).length);
    const runnable = commands.filter((command) =>
      alone.some(({ path }) => command.includes(`${suite.server.issuer}${path}"`)),
    );
    expect(runnable).to.have.length.above(3);
    for (const command of runnable) {
      const loud = `curl() { command curl -w '\n%{http_code}' "$@"; }`;
      const { stdout } = await promisify(execFile)('sh', ['-c', `${token}\n${loud}\n${command}`]);
      expect(stdout.trim().slice(-3), `${command}\n${stdout}`).to.match(/^2/);
    }
  });

  it('is there for people: each operation with a command to copy, and nothing from elsewhere', async () => {
    const response = await fetch(`${suite.server.issuer}/docs`, { headers: { 'accept-language': 'de' } });
    const html = await response.text();
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-security-policy')).to.contain("default-src 'none'");
    expect(html).to.match(/<html lang="en"/);
    expect(html).to.not.match(/<script(?![^>]*src="\/assets\/)|style=|(?:src|href)="(?:https?:)?\/\//);
    for (const { operation, path } of operations()) {
      expect(html).to.contain(`id="${operation.operationId.replace(/Cis$/, '')}"`);
      expect(html).to.contain(path);
    }
    expect(html.match(/curl -sS/g)).to.have.length.above(1);
  });

  it('tells people of every field, of those within another, too, and what each is for', async () => {
    const html = await (await fetch(`${suite.server.issuer}/docs`)).text();
    const chapter = html.slice(html.indexOf('id="sendEmailCode"'), html.indexOf('id="validateEmailCode"'));
    for (const name of ['email_content.subject', 'email_content.base64logo', 'client_attributes.ip_address']) {
      expect(chapter).to.include(`>${name}<`);
    }
    expect(chapter).to.include('Text only: everything is escaped').and.include('Recorded, and decides nothing');
    const custom = html.slice(html.indexOf('id="sendBackendOtp"'), html.indexOf('id="authenticateBackendOtp"'));
    expect(custom).to.include('>custom_sms_input.custom_message<');
  });
});
