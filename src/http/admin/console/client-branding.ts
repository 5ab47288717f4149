import { z } from 'zod';
import { clientRegistrationShape } from '../../../config/schema/client.ts';
import type { Branding, BrandingTexts } from '../../../domain/branding.ts';
import type { Client } from '../../../domain/client.ts';
import { contentSecurityPolicy, type Framing } from '../../../domain/content-security-policy.ts';
import { Problem } from '../../../domain/errors.ts';
import type { FieldProblems, FieldValues } from '../../../ports/views/admin-forms.ts';
import type { Views } from '../../../ports/views.ts';
import type { BrandingPreview, PreviewedClient } from '../../../services/clients/branding-preview.ts';
import type { ClientRegistry } from '../../../services/clients/client-registry.ts';
import { seeOther } from '../../signin/routes.ts';
import { versionIn } from './client-forms.ts';
import { CLIENTS, clientPath } from './client-pages.ts';
import { registered } from './clients.ts';
import type { ConsoleAttendance, ConsoleDesk, ConsoleSubmission } from './desk.ts';
import { problemsOf } from './field-problems.ts';
import { withQuery } from './lists.ts';
import type { ConsoleChapter } from './routes.ts';

interface Deps {
  readonly clientRegistry: ClientRegistry;
  readonly brandingPreview: BrandingPreview;
  readonly views: Pick<Views, 'locales'>;
}

/** By the rules of the configuration and the API, and in their words. */
const looks = z.object({ logoUri: clientRegistrationShape.logoUri, branding: clientRegistrationShape.branding });

const WORDS = ['heading', 'intro', 'mailIntro'] as const satisfies (keyof BrandingTexts)[];

type Typed = Readonly<Record<string, string | undefined>>;

/** How a client looks to people: changed, with the page and the mail beside it. */
export const clientBrandingChapter =
  (deps: Deps): ConsoleChapter =>
  (desk) => {
    attendPreviews(desk, deps);
    const path = `${CLIENTS}/:id/branding`;
    const read = (here: ConsoleAttendance) => registered(deps.clientRegistry, here);
    desk.page(path, 'read', async (here) => {
      const client = await read(here);
      show(desk, here, client, deps, { typed: valuesOf(client), problems: {}, refusal: null });
    });
    const again = async (here: ConsoleSubmission, refusal: Problem): Promise<void> =>
      show(desk, here, await read(here), deps, { typed: here.fields, problems: {}, refusal });
    desk.form(
      path,
      { need: 'write', from: ({ params: { id = '' } }) => clientPath(id, 'branding'), show: again },
      async (here) => {
        const client = await read(here);
        const parsed = looks.safeParse(looksIn(here.fields, localesOf(client, deps)));
        const problems = parsed.success ? {} : problemsIn(parsed.error.issues);
        if (!parsed.success || here.fields.preview === 'yes') {
          show(desk, here, client, deps, { typed: here.fields, problems, refusal: null });
          return;
        }
        await deps.clientRegistry.update(client.id, versionIn(here), () => parsed.data, here.actor);
        seeOther(here.ctx, `${clientPath(client.id)}?done=branded`);
      },
    );
  };

/** The two pages that are shown in another one of ours; they lead nowhere. */
function attendPreviews(desk: ConsoleDesk, { clientRegistry, brandingPreview }: Deps): void {
  const previewed = async (here: ConsoleAttendance): Promise<[PreviewedClient, string]> => {
    const client = await registered(clientRegistry, here);
    const { locale = 'en' } = here.query;
    const parsed = looks.safeParse(looksIn(here.query, [locale]));
    return [parsed.success ? { ...client, ...parsed.data } : client, locale];
  };
  desk.page(`${CLIENTS}/:id/branding/page`, 'read', async (here) => {
    const html = brandingPreview.signInPage(...(await previewed(here)));
    frame(here, { held: true });
    here.ctx.body = html;
  });
  desk.page(`${CLIENTS}/:id/branding/mail`, 'read', async (here) => {
    const { html, text } = brandingPreview.mail(...(await previewed(here)));
    frame(here, { held: true, isMail: true });
    here.ctx.body = html ?? text;
  });
}

function frame({ ctx }: ConsoleAttendance, framing: Framing): void {
  ctx.type = 'html';
  ctx.set('content-security-policy', contentSecurityPolicy([], framing));
  ctx.set('x-frame-options', 'SAMEORIGIN');
}

/** The languages that the pages have, and those that the client has words in besides. */
const localesOf = ({ branding }: Client, { views }: Deps): string[] => [
  ...new Set([...views.locales, ...Object.keys(branding.texts)]),
];

/** What was typed, as the schema wants it; a language without a word of its own is left out. */
function looksIn(typed: Typed, locales: readonly string[]): { logoUri: string | null; branding: unknown } {
  const wordsOf = (locale: string) =>
    Object.fromEntries(WORDS.map((word) => [word, orNull(typed[`${locale}.${word}`])])) as unknown as BrandingTexts;
  const texts = locales.map((locale) => [locale, wordsOf(locale)] as const);
  const said = texts.filter(([, words]) => WORDS.some((word) => words[word] !== null));
  return {
    logoUri: orNull(typed.logoUri),
    branding: { accent: orNull(typed.accent), texts: Object.fromEntries(said) },
  };
}

const orNull = (text = ''): string | null => (text.trim() === '' ? null : text.trim());

const problemsIn = (issues: Parameters<typeof problemsOf>[0]): FieldProblems =>
  problemsOf(issues, ({ path: [first, second, ...rest] }) => ({
    field: first === 'branding' ? (second === 'texts' ? rest.map(String).join('.') : String(second)) : String(first),
    line: null,
  }));

const valuesOf = ({ logoUri, branding }: { logoUri: string | null; branding: Branding }): FieldValues =>
  Object.fromEntries([
    ['logoUri', logoUri ?? ''],
    ['accent', branding.accent ?? ''],
    ...Object.entries(branding.texts).flatMap(([locale, words]) =>
      WORDS.map((word) => [`${locale}.${word}`, words[word] ?? '']),
    ),
  ]) as FieldValues;

interface Filled {
  readonly typed: Typed;
  readonly problems: FieldProblems;
  readonly refusal: Problem | null;
}

function show(
  desk: ConsoleDesk,
  here: ConsoleAttendance,
  client: Client,
  deps: Deps,
  { typed, problems, refusal }: Filled,
): void {
  const locales = localesOf(client, deps);
  const locale = locales.find((one) => one === typed.locale) ?? 'en';
  const names = ['logoUri', 'accent', ...locales.flatMap((one) => WORDS.map((word) => `${one}.${word}`))];
  const values = Object.fromEntries(names.map((name) => [name, typed[name] ?? '']));
  const shown = Object.fromEntries(
    ['logoUri', 'accent', ...WORDS.map((word) => `${locale}.${word}`)].map((name) => [name, values[name]]),
  );
  const preview = (what: string): string => withQuery(clientPath(client.id, `branding/${what}`), { locale, ...shown });
  const model = {
    client: { name: client.name, href: clientPath(client.id), version: client.version },
    form: here.form(clientPath(client.id, 'branding')),
    readonly: client.source === 'configuration' || !here.may('write'),
    locales,
    locale,
    values,
    problems,
    refusal: refusal?.code ?? null,
    pageHref: preview('page'),
    mailHref: preview('mail'),
  };
  const problem = refusal ?? (Object.keys(problems).length > 0 ? new Problem('request_invalid') : null);
  desk.render(here, 'clients/branding', model, { active: 'clients', problem });
  here.ctx.set('content-security-policy', contentSecurityPolicy([], { holds: true }));
}
