/**
 * What a browser does with the `form-action` directive: Chromium and WebKit check the form's target *and every redirect
 * that follows*, which is how a strict policy locks people out of the application (w3c/webappsec-csp#8).
 *
 * @param policies `Content-Security-Policy` header of the page with the form
 * @returns whether the navigation may go on
 */
export function formActionAllows(policies: string | null, page: URL, target: URL): boolean {
  return (policies ?? '').split(',').every((policy) => {
    const directive = policy
      .split(';')
      .map((part) => part.trim().split(/\s+/))
      .find(([name]) => name?.toLowerCase() === 'form-action');
    return directive === undefined || directive.slice(1).some((source) => sourceMatches(source, page, target));
  });
}

/** CSP3 §6.7.2, without paths, which do not count after a redirect anyway. */
function sourceMatches(source: string, page: URL, target: URL): boolean {
  if (source === "'self'") return target.origin === page.origin;
  if (source === '*') return /^https?:$/.test(target.protocol);
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return source.toLowerCase() === target.protocol;
  const allowed = URL.parse(source.includes('://') ? source : `${page.protocol}//${source}`);
  return allowed !== null && allowed.origin !== 'null' && allowed.origin === target.origin;
}
