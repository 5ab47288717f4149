import { textsIn } from '../../domain/branding.ts';
import type { Client } from '../../domain/client.ts';
import type { ShownClient } from '../../ports/views.ts';

/** What decides how a client looks on a page. */
export type Looks = Pick<Client, 'name' | 'logoUri' | 'clientUri' | 'policyUri' | 'tosUri' | 'branding'>;

/**
 * A client as a page shows it.
 *
 * @param locale BCP 47 tag of the page
 * @param usual that of the installation
 */
export function shownClient(client: Looks, locale: string, usual: string): ShownClient {
  const { name, logoUri, clientUri, policyUri, tosUri, branding } = client;
  const { heading, intro } = textsIn(branding, locale, usual);
  return { name, logoUri, clientUri, policyUri, tosUri, accent: branding.accent, heading, intro };
}
