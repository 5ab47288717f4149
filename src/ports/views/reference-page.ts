/** The documentation of the REST API (`/docs`), in English. */
export interface ReferencePage {
  readonly reference: {
    readonly issuer: string;
    /** How to get an access token in a shell. */
    readonly token: string;
    readonly groups: readonly {
      readonly name: string;
      readonly operations: readonly {
        readonly id: string;
        readonly method: string;
        readonly paths: readonly string[];
        readonly summary: string;
        readonly description: string;
        readonly deprecated: boolean;
        /** Who may call it. */
        readonly access: string;
        readonly fields: readonly {
          readonly name: string;
          readonly type: string;
          readonly required: boolean;
          readonly description: string;
        }[];
        readonly failures: readonly { readonly status: string; readonly description: string }[];
        readonly examples: readonly {
          readonly summary: string;
          /** Id of the operation that has to be called before; null when there is none. */
          readonly after: string | null;
          readonly command: string;
          readonly status: string;
          /** Null when nothing is answered. */
          readonly answer: string | null;
        }[];
      }[];
    }[];
  };
}
