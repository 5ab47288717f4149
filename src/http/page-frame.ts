import type { Context } from 'koa';
import type { Client } from '../domain/client.ts';
import type { PageFrame, Views } from '../ports/views.ts';
import { shownClient } from '../services/clients/shown-client.ts';

export interface PageFrames {
  /** The locale of a page: what the application asked for, then what the browser prefers (wish 8). */
  locale(ctx: Context, uiLocales?: readonly string[]): string;
  /** BCP 47 tags, best first, of which that locale is chosen; they say more of where somebody is. */
  languages(ctx: Context, uiLocales?: readonly string[]): string[];
  frame(ctx: Context, client: Client | null, uiLocales?: readonly string[]): PageFrame;
}

export function createPageFrames(deps: {
  views: Views;
  service: string;
  /** Spoken to people whose own language there is no file for. */
  locale: string;
  development: boolean;
}): PageFrames {
  const languages: PageFrames['languages'] = (ctx, uiLocales = []) => [
    ...uiLocales.slice(0, 10),
    ...acceptedLanguages(ctx),
    deps.locale,
  ];
  const locale: PageFrames['locale'] = (ctx, uiLocales) => deps.views.locale(languages(ctx, uiLocales));
  return {
    locale,
    languages,
    frame: (ctx, client, uiLocales) => ({
      locale: locale(ctx, uiLocales),
      service: deps.service,
      client: client === null ? null : shownClient(client, locale(ctx, uiLocales), deps.locale),
      development: deps.development,
    }),
  };
}

/** `Accept-Language` by weight (RFC 9110 §12.5.4). */
function acceptedLanguages(ctx: Context): string[] {
  const header = ctx.get('accept-language').slice(0, 512);
  return header === '' ? [] : ctx.acceptsLanguages().filter((tag) => tag !== '*');
}

/** The same without anything from another host: for pages whose own address is a secret. */
export const selfContained = (frame: PageFrame): PageFrame => ({
  ...frame,
  client: frame.client === null ? null : { ...frame.client, logoUri: null },
});
