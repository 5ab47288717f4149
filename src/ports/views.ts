import type { MessageTemplate } from '../domain/message.ts';
import type { QuickStartName } from '../domain/quick-start.ts';
import type { AccountPages } from './views/account-pages.ts';
import type { ConsoleFrame } from './views/admin-frame.ts';
import type { ConsolePages } from './views/admin-pages.ts';
import type { MessageModels } from './views/messages.ts';
import type { QuickStartModel, RenderedQuickStart } from './views/quick-starts.ts';
import type { ReferencePage } from './views/reference-page.ts';
import type { SignInPages } from './views/sign-in-pages.ts';
import type { StandingPages } from './views/standing-pages.ts';

/** What a page may say about the application that asked. */
export interface ShownClient {
  readonly name: string;
  readonly logoUri: string | null;
  readonly clientUri: string | null;
  readonly policyUri: string | null;
  readonly tosUri: string | null;
  /** `#rrggbb`; null takes the colour of the installation. */
  readonly accent: string | null;
  /** Its own words over the first page of a sign-in, and under them; null where it says nothing. */
  readonly heading: string | null;
  readonly intro: string | null;
}

/** A file as it goes over the wire. */
export interface StaticFile {
  readonly body: Buffer;
  /** Content-Type (RFC 9110 §8.3). */
  readonly type: string;
  /** Strong entity tag, quoted (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** What each page is given besides its own model. */
export interface PageFrame {
  /** BCP 47 tag of a locale file. */
  readonly locale: string;
  /** Name of this installation. */
  readonly service: string;
  readonly client: ShownClient | null;
  /** True while the server runs with development conveniences; the page says so. */
  readonly development: boolean;
}

/** Every page a person can see, and what it needs to know. Templates decide nothing but looks. */
export interface Pages extends SignInPages, StandingPages, AccountPages, ReferencePage {}

export interface RenderedMessage {
  readonly subject: string;
  readonly text: string;
  /** Null on channels without it. */
  readonly html: string | null;
}

/** Turns models into what a person reads, in their language. Everything inserted is escaped. */
export interface Views {
  page<Name extends keyof Pages>(name: Name, frame: PageFrame, model: Pages[Name]): string;
  /** A page of the console, which speaks English. */
  console<Name extends keyof ConsolePages>(name: Name, frame: ConsoleFrame, model: ConsolePages[Name]): string;
  message<Name extends MessageTemplate>(
    channel: 'email' | 'sms',
    template: Name,
    locale: string,
    service: string,
    model: MessageModels[Name],
  ): RenderedMessage;
  /** A program for one client; what is filled in is quoted as its language wants it. */
  quickStart(name: QuickStartName, model: QuickStartModel): RenderedQuickStart;
  /** The style sheet that pages of a client with this accent take besides the others; null for what is no `#rrggbb`. */
  accentSheet(colour: string): StaticFile | null;
  /** BCP 47 tags of all locale files. */
  readonly locales: readonly string[];
  /**
   * The locale to speak: the first of the wanted tags that there is a file for, by RFC 4647 lookup, else the default.
   * @param wanted BCP 47 tags, best first
   */
  locale(wanted: readonly string[]): string;
}
