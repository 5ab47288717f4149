import type { WireRequest } from '../support/wire.ts';
import { withField } from './places.ts';

/** The same submission as a browser would describe it that was sent by somebody else's page. */
export const forgeries = (shot: WireRequest, foreignToken: string): Record<string, WireRequest> => {
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
