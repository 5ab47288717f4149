/** What stands where a secret would. */
const MASK = '***';

/** User name and password of a URL; to the last `@`, because passwords in the wild are not always encoded. */
const CREDENTIALS = /([a-z][a-z\d+.-]*:\/\/)[^\s"'`]*@/gi;

/** Parameters of a URL that are secrets themselves, for instance MongoDB's `tlsCertificateKeyFilePassword`. */
const PARAMETERS = /([?&][^=&\s]*(?:pass|secret|token|key|cred|properties)[^=&\s]*=)[^&\s"'`]*/gi;

/** Settings whose value is a secret as a whole. */
const SECRET_SETTING = /secret|password|token|api_?key/i;

/** A text without the credentials of the URLs in it. */
export const maskUrls = (text: string): string =>
  text.replace(CREDENTIALS, `$1${MASK}@`).replace(PARAMETERS, `$1${MASK}`);

/**
 * A configuration without its secrets: values of settings that are called secrets, and what is secret inside of
 * URLs. Errs on the side of hiding.
 */
export function maskSettings(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((entry) => maskSettings(entry, name));
  if (typeof value === 'string') return SECRET_SETTING.test(name) ? MASK : maskUrls(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, maskSettings(entry, key)]));
}
