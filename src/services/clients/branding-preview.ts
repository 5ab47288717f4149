import { type Client, channelsOf } from '../../domain/client.ts';
import type { Channel } from '../../domain/identifier.ts';
import { type Country, callingCodeOf } from '../../domain/phone.ts';
import type { RenderedMessage, Views } from '../../ports/views.ts';
import { brandedWording } from '../messages/message-writer.ts';
import { type Looks, shownClient } from './shown-client.ts';

/** What a preview is made of: a client as it is, or as somebody is just writing it down. */
export type PreviewedClient = Looks & Pick<Client, 'channels' | 'mailProof'>;

/** How a client looks to people, before anybody sees it: the pages and mails themselves, with nobody behind them. */
export interface BrandingPreview {
  /**
   * The first page of a sign-in, as HTML. Its forms lead nowhere.
   * @param locale any BCP 47 tag; the nearest language speaks
   */
  signInPage(client: PreviewedClient, locale: string): string;
  /** The mail with a code that is none. Its HTML has styles of its own in it, which pages of ours may not have. */
  mail(client: PreviewedClient, locale: string): RenderedMessage;
}

interface Deps {
  readonly views: Views;
  /** Name of this installation. */
  readonly service: string;
  readonly issuer: string;
  /** BCP 47 tag of the language that clients say everything in. */
  readonly locale: string;
  /** By what people may sign in, as far as there are senders. */
  readonly channels: readonly Channel[];
  /** Whose numbers may be given. */
  readonly countries: readonly Country[];
}

/** What stands where something of somebody would. */
const SAMPLE = { code: '428163', reference: 'K7QP', minutes: 5 } as const;
const NOWHERE = { action: '', csrf: '' };

export const createBrandingPreview = (deps: Deps): BrandingPreview => ({
  signInPage(client, wanted) {
    const { views, service, countries } = deps;
    const locale = views.locale([wanted, deps.locale]);
    const channels = channelsOf(client, deps.channels);
    const listed = channels.includes('sms') ? countries : [];
    const frame = { locale, service, client: shownClient(client, locale, deps.locale), development: false };
    return views.page('identify', frame, {
      form: NOWHERE,
      cancel: NOWHERE,
      identifier: '',
      channels,
      countries: listed.map((code) => ({ code, callingCode: callingCodeOf(code) })),
      country: listed[0] ?? null,
      problem: null,
    });
  },
  mail(client, wanted) {
    const { views, service, issuer } = deps;
    const locale = views.locale([wanted, deps.locale]);
    return views.message('email', 'code', locale, service, {
      code: client.mailProof === 'link' ? null : SAMPLE.code,
      link: client.mailProof === 'code' ? null : `${issuer}/`,
      adds: false,
      reference: SAMPLE.reference,
      wording: null,
      host: new URL(issuer).hostname,
      minutes: SAMPLE.minutes,
      clientName: client.name,
      askedFrom: null,
      own: brandedWording(client.branding, locale, deps.locale),
    });
  },
});
