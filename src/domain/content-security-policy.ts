/** Who may have whom in a frame: nobody, unless a page of ours shows another one of ours. */
export interface Framing {
  /** The page shows others. */
  readonly holds?: boolean;
  /** The page is shown in another; then it leads nowhere, and only looks. */
  readonly held?: boolean;
  /** It is a mail, whose styles stand in it. */
  readonly isMail?: boolean;
}

/**
 * The policy of every page: nothing but our own files, no inline script or style, no frame around it.
 *
 * @param formTargets sources a form submission may end at besides this origin: Chromium applies `form-action` to every
 * hop of the redirect chain that follows a submission, up to the application's redirect URI (wish 23)
 */
export const contentSecurityPolicy = (formTargets: readonly string[] = [], framing: Framing = {}): string =>
  [
    "default-src 'none'",
    framing.held === true ? "script-src 'none'" : "script-src 'self'",
    framing.isMail === true ? "style-src 'unsafe-inline'" : "style-src 'self'",
    "img-src 'self' https: data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    ...(framing.holds === true ? ["frame-src 'self'"] : []),
    framing.held === true ? "frame-ancestors 'self'" : "frame-ancestors 'none'",
    framing.held === true ? "form-action 'none'" : ['form-action', "'self'", ...new Set(formTargets)].join(' '),
  ].join('; ');
