/** What a browser calls itself, as far as its owner needs it to recognise a sign-in of theirs. */
export interface BrowserName {
  /** Null when it is none of the known ones. */
  readonly browser: string | null;
  readonly system: string | null;
}

/** Only so much of a header is looked at. */
const LONGEST = 400;

/** In this order: most browsers also name the ones whose pages they can show, Chrome and Safari last (RFC 9110 §10.1.5). */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera|OPT)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
];

/** iPhones name Mac OS X, Android names Linux, and ChromeOS names neither. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * A few rules instead of a database: versions are frozen or made up in most browsers by now, and a person only has to
 * tell the phone from the computer. The header is anybody's text, so only names from the lists above come out.
 *
 * @param userAgent the header `User-Agent`
 */
export function browserName(userAgent: string): BrowserName {
  const text = userAgent.slice(0, LONGEST);
  const first = (rules: typeof BROWSERS): string | null => rules.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  return { browser: first(BROWSERS), system: first(SYSTEMS) };
}

/** The same in one line, for records that keep a text: `Firefox on Linux`. */
export const describeBrowser = ({ browser, system }: BrowserName): string =>
  [browser ?? UNKNOWN, ...(system === null ? [] : [system])].join(' on ');

const UNKNOWN = 'Browser';

/** What such a line says, to be put into another language. */
export function describedBrowser(line: string): BrowserName {
  const [browser = UNKNOWN, system = null] = line.split(' on ');
  return { browser: browser === UNKNOWN ? null : browser, system };
}
