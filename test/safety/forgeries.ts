import { shotOf, volley } from '../support/attack.ts';
import type { Suite } from '../support/journey.ts';
import type { WireRequest } from '../support/wire.ts';
import { withField } from './places.ts';

/** The same submission as a browser would describe it that was sent by somebody else's page. */
const forgeries = (shot: WireRequest, foreignToken: string): Record<string, WireRequest> => {
  const { 'sec-fetch-site': _site, ...old } = shot.headers;
  const without = new URLSearchParams(shot.body ?? '');
  without.delete('csrf');
  return {
    'without its token': { ...shot, body: without.toString() },
    'with an empty token': withField(shot, 'csrf', ''),
    'with the token of another interaction': withField(shot, 'csrf', foreignToken),
    'from another site': { ...shot, headers: { ...shot.headers, 'sec-fetch-site': 'cross-site' } },
    'from a sibling host': { ...shot, headers: { ...shot.headers, 'sec-fetch-site': 'same-site' } },
    'with a foreign Origin': { ...shot, headers: { ...old, origin: 'https://evil.example.test' } },
    'with Origin null, by an old browser': { ...shot, headers: { ...old, origin: 'null' } },
    'with an Origin that begins like ours': { ...shot, headers: { ...old, origin: `${shot.url.origin}.evil.example` } },
  };
};

/** What tries a submission in every forged way, with a token of a stranger's own. */
export function useForgeries(suite: Suite): { unrefused(shot: WireRequest): Promise<string[]> } {
  let foreignToken = '';
  before(async () => {
    const stranger = suite.browser();
    await suite.begin(stranger);
    foreignToken = new URLSearchParams(shotOf(stranger, 'identifier-submit').body ?? '').get('csrf') ?? '';
  });
  return {
    /** Fires all forgeries of a submission. @returns what answered anything else than 403 */
    async unrefused(shot) {
      const entries = Object.entries(forgeries(shot, foreignToken));
      const answers = await volley(entries.map(([, forged]) => forged));
      return entries.flatMap(([name], index) =>
        answers[index]?.status === 403 ? [] : `${name}: ${answers[index]?.status}`,
      );
    },
  };
}
