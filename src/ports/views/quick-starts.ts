/** What the files of a quick start are written for. */
export interface QuickStartModel {
  /** Name of this installation. */
  readonly service: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Whether the client has a secret; the program reads it from `CLIENT_SECRET`. */
  readonly confidential: boolean;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  /** For whom tokens are asked for without a person (RFC 8707); null for nobody in particular. */
  readonly resource: string | null;
}

export interface QuickStartFile {
  /** Below the empty folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface RenderedQuickStart {
  readonly files: readonly QuickStartFile[];
  /** What is typed into a shell in that folder, after `CLIENT_SECRET` is set; line by line. */
  readonly commands: readonly string[];
}
