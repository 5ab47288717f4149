import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { type Countersign, whatWentWrong } from './countersign.ts';
import { createSite, form, page } from './web.ts';

/** What this application remembers of a browser. */
interface Visit {
  identifier?: string;
  nonce?: string;
  /** Claims of the ID token: whoever has them is signed in. */
  claims?: Readonly<Record<string, unknown>>;
}

/**
 * The hosted integration: your form takes the address and the code, and the browser goes through Countersign once, which
 * gives it a session there and comes back with an authorization code.
 *
 * @param baseUrl where browsers find this application; `/callback` under it has to be registered
 */
export function createHosted(countersign: Countersign, baseUrl: string): Server {
  const redirect_uri = `${baseUrl}/callback`;
  return createSite<Visit>({
    'GET /': ({ visit }) =>
      visit.claims === undefined
        ? page('Sign in', form('/send', 'identifier', 'E-mail address or phone number, +49…'))
        : page('Signed in', form('/logout', null, 'Sign out'), visit.claims),

    'POST /send': async ({ visit, fields: { identifier = '' } }) => {
      const { path, person } = personOf(identifier);
      const sent = await countersign.call(path, { ...person, redirect_uri, create_new_user: true });
      if (sent.status !== 200) return page(whatWentWrong(sent), form('/send', 'identifier', 'Try another one'));
      visit.identifier = identifier;
      return page('Enter the code', form('/validate', 'passcode', 'Code'));
    },

    'POST /validate': async ({ visit, fields: { passcode = '' } }) => {
      const { path, person } = personOf(visit.identifier ?? '');
      // The answer comes back by way of the browser: the nonce tells that it is this browser's.
      visit.nonce = randomUUID();
      const proven = await countersign.call(`${path}/validation`, { ...person, passcode, nonce: visit.nonce });
      if (proven.status !== 200) return page(whatWentWrong(proven), form('/validate', 'passcode', 'Code'));
      return { redirect: String(proven.body.result) };
    },

    'GET /callback': async ({ visit, renew, query }) => {
      const code = query.get('code');
      if (code === null) return page(query.get('error_description') ?? 'That did not work', AGAIN);
      const tokens = await countersign.token({ grant_type: 'authorization_code', code, redirect_uri });
      if (tokens.status !== 200) return page(whatWentWrong(tokens), AGAIN);
      const claims = await countersign.verify(String(tokens.body.id_token));
      if (visit.nonce === undefined || claims.nonce !== visit.nonce) return page('Begun in another browser', AGAIN);
      renew().claims = claims;
      return { redirect: '/' };
    },

    'POST /logout': ({ renew }) => {
      renew();
      return { redirect: '/' };
    },
  });
}

const AGAIN = '<a href="/">Sign in again</a>';

/** Two channels, two paths, one field each. */
const personOf = (identifier: string) =>
  identifier.includes('@')
    ? { path: '/v1/auth/otp/email', person: { email: identifier } }
    : { path: '/v1/auth/otp/sms', person: { phone_number: identifier } };
