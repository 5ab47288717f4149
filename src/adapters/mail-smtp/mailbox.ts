/** A mailbox of a header: a name to show and an address (RFC 5322 §3.4). */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** Splits `Name <address>` or a bare address. The configuration has checked that it is one of them. */
export function parseMailbox(text: string): Mailbox {
  const match = /^(.*)<([^<>]+)>$/.exec(text.trim());
  if (match === null) return { name: '', address: text.trim() };
  const [, name = '', address = ''] = match;
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

/** One line without control characters, so that nothing can begin a header of its own. */
export const headerText = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/**
 * A Message-ID in angle brackets (RFC 5322 §3.6.4). What the outbox calls a message is the left part; the right one is
 * the sender's domain.
 */
export function headerMessageId(id: string, domain: string): string {
  const bare = id.replace(/[<>\s\p{Cc}]/gu, '');
  return bare.includes('@') ? `<${bare}>` : `<${bare}@${domain}>`;
}
