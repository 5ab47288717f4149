/**
 * The policy of every page: nothing but our own files, no inline script or style, no frame around it.
 *
 * @param formTargets sources a form submission may end at besides this origin: Chromium applies `form-action` to every
 * hop of the redirect chain that follows a submission, up to the application's redirect URI (wish 23)
 */
export const contentSecurityPolicy = (formTargets: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ['form-action', "'self'", ...new Set(formTargets)].join(' '),
  ].join('; ');
