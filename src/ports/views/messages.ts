import type { Notice } from '../../domain/message.ts';
import type { MailContent } from '../../domain/message-content.ts';

/** What a mail says in a client's own words, and shows of it. */
export interface MailWording extends Omit<MailContent, 'senderName' | 'logo'> {
  /** Content id of the picture that comes with the mail. */
  readonly logoId: string | null;
  /** What the client says at the beginning of all its mails; null where this one has words of its own. */
  readonly introText: string | null;
}

/** What each message is made from. */
export interface MessageModels {
  readonly code: {
    /** Null in a message that carries only the link. */
    readonly code: string | null;
    readonly link: string | null;
    /** It adds what it is sent to to an account; whoever did not ask must not take it for a sign-in of theirs. */
    readonly adds: boolean;
    readonly reference: string;
    /** The text of a client or an installation instead of the one of the language, complete; only for text messages. */
    readonly wording: string | null;
    /** Host of the page of ours that asks for the code; null when a client asks for it at its own form. */
    readonly host: string | null;
    /** Whole minutes the code still works, ≥ 1. */
    readonly minutes: number;
    readonly clientName: string;
    /** The network from which it was asked for, which is all that is known of the place; null when nobody's is. */
    readonly askedFrom: string | null;
    /** Only in mails; null where the client said nothing. */
    readonly own: MailWording | null;
  };
  readonly notice: {
    readonly notice: Notice;
    /** ISO 8601, UTC. */
    readonly at: string;
    /** Where the account is looked after. */
    readonly accountUrl: string;
  };
  readonly invitation: {
    readonly notice: Notice;
    /** Where whoever accepts it signs in. */
    readonly consoleUrl: string;
  };
}
