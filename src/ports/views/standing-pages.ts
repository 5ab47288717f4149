/** Pages beside the journey, and those that the engine asks for. */
export interface StandingPages {
  /** `/`: what this is and where to go. `links` is empty in production. */
  readonly home: {
    readonly issuer: string;
    readonly links: readonly { readonly label: string; readonly href: string }[];
  };
  readonly expired: {
    readonly reason: 'expired' | 'cookies' | 'used' | 'changed' | 'link';
    /** Back to the application, with an OAuth error it understands; null when nobody knows where that was. */
    readonly returnUrl: string | null;
    readonly clientName: string | null;
    /** Where this browser's sign-in goes on, if only a link of it is over; null otherwise. */
    readonly journeyUrl: string | null;
  };
  readonly error: {
    readonly status: number;
    /** OAuth error code or `ProblemCode`. */
    readonly error: string;
    /** Only for developers: shown in development. */
    readonly detail: string | null;
    readonly requestId: string;
  };
  readonly logout: {
    readonly action: string;
    readonly xsrf: string;
    readonly label: string;
    readonly immediate: boolean;
  };
  readonly loggedOut: { readonly clientName: string | null };
  /** In front of the console: why somebody is not, or not any more, in it. */
  readonly consoleDoor: {
    readonly kind: 'stranger' | 'refused' | 'called-off' | 'signed-out';
    readonly signInUrl: string;
    /** Null where nobody is signed in. */
    readonly signOutUrl: string | null;
  };
  /** A form that goes on by itself where script runs, by its button where not. */
  readonly proceed: {
    readonly action: string;
    readonly fields: Readonly<Record<string, string>>;
    /** Waits for a press in any case: `label` is signed in in this browser and would be replaced at this application. */
    readonly asks: { readonly label: string; readonly clientName: string } | null;
  };
  readonly inbox: {
    readonly to: string;
    readonly messages: readonly {
      readonly id: string;
      readonly to: string;
      readonly channel: string;
      readonly subject: string;
      readonly text: string;
      readonly html: string | null;
      readonly code: string | null;
      readonly link: string | null;
      /** ISO 8601, UTC. */
      readonly sentAt: string;
    }[];
  };
}
