import { expect } from 'chai';
import { z } from 'zod';
import { createAdministrator, withAdmin } from '../support/admin.ts';
import { useServer } from '../support/journey.ts';

interface Content {
  readonly 'application/json': {
    readonly schema: unknown;
    readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

describe('Admin API: its documentation', function () {
  this.timeout(20_000);
  const suite = useServer({ env: withAdmin });
  const administrator = createAdministrator(suite);
  let document: OpenApi;
  before(async () => {
    const answer = await administrator.call('GET', '/openapi.json', { key: null });
    document = answer.body as unknown as OpenApi;
  });

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );

  /** A schema of the document, by zod: with all that it points to in it. */
  const schemaOf = (schema: unknown): z.ZodType => {
    const whole = { ...(schema as object), $defs: document.components.schemas };
    const text = JSON.stringify(whole).replaceAll('#/components/schemas/', '#/$defs/');
    return z.fromJSONSchema(JSON.parse(text) as Parameters<typeof z.fromJSONSchema>[0]);
  };

  const contentsOf = ({ requestBody, responses }: DocumentedOperation): Content[] =>
    [requestBody?.content, ...Object.values(responses).map(({ content }) => content)].filter(
      (content) => content !== undefined,
    );

  it('shows examples that its own schemas accept', () => {
    let examples = 0;
    for (const { operation } of operations()) {
      for (const { 'application/json': content } of contentsOf(operation)) {
        for (const { value } of Object.values(content.examples ?? {})) {
          const { success, error } = schemaOf(content.schema).safeParse(value);
          expect(success, `${operation.operationId}: ${error?.message}`).to.equal(true);
          examples += 1;
        }
      }
    }
    expect(examples).to.be.greaterThan(20);
  });

  it('names each operation once, and each parameter of its path', () => {
    const all = operations();
    const ids = all.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const { path, operation } of all) {
      const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect([...named].sort(), path).to.deep.equal(inPath.sort());
    }
  });

  it('describes nothing that is open without a key', async () => {
    for (const { path, method } of operations()) {
      const url = path.replace(/^\/admin\/api/, '').replace(/\{\w+\}/g, 'x');
      const { status, body } = await administrator.call(method.toUpperCase(), url, { key: null });
      expect(status, `${method} ${path}`).to.equal(401);
      expect(body.error).to.equal('caller_unknown');
    }
  });
});
