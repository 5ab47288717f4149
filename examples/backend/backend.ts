import type { Server } from 'node:http';
import { type Countersign, whatWentWrong } from './countersign.ts';
import { createSite, form, page } from './web.ts';

/** What this application remembers of a browser. */
interface Visit {
  identifier?: string;
  claims?: Readonly<Record<string, unknown>>;
  /** The session at Countersign, and what renews its tokens. */
  sessionId?: string;
  refreshToken?: string;
}

/**
 * Backend to backend: the browser never sees Countersign. Whoever types the right code is signed in here, with tokens and
 * a session at Countersign that this backend keeps for them.
 */
export function createBackend(countersign: Countersign): Server {
  return createSite<Visit>({
    'GET /': ({ visit }) =>
      visit.claims === undefined
        ? page('Sign in', form('/send', 'identifier', 'E-mail address or phone number, +49…'))
        : page('Signed in', form('/refresh', null, 'Refresh') + form('/logout', null, 'Sign out'), visit.claims),

    'POST /send': async ({ visit, fields: { identifier = '' } }) => {
      const { channel, person, known } = personOf(identifier);
      // Here people have to exist first; 409 says that they do.
      const user = await countersign.call('/cis/v1/users', person);
      const sent =
        user.status < 400 || user.status === 409
          ? await countersign.call('/v1/auth/otp/send', { channel, ...known })
          : user;
      if (sent.status !== 200) return page(whatWentWrong(sent), form('/send', 'identifier', 'Try another one'));
      visit.identifier = identifier;
      return page('Enter the code', form('/authenticate', 'passcode', 'Code'));
    },

    'POST /authenticate': async ({ visit, renew, fields: { passcode = '' } }) => {
      const { known } = personOf(visit.identifier ?? '');
      const { status, body } = await countersign.call('/v1/auth/otp/authenticate', { ...known, passcode });
      if (status !== 200) return page(whatWentWrong({ status, body }), form('/authenticate', 'passcode', 'Code'));
      const signedIn = renew();
      signedIn.claims = await countersign.verify(String(body.id_token));
      signedIn.sessionId = String(body.session_id);
      signedIn.refreshToken = String(body.refresh_token);
      return { redirect: '/' };
    },

    'POST /refresh': async ({ visit, renew }) => {
      const { refreshToken = '' } = visit;
      const { status, body } = await countersign.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
      // Ended at Countersign: nothing of this sign-in is worth keeping.
      if (status !== 200) renew();
      else {
        visit.refreshToken = String(body.refresh_token);
        visit.claims = await countersign.verify(String(body.id_token));
      }
      return { redirect: '/' };
    },

    'POST /logout': async ({ visit, renew }) => {
      const { sessionId } = visit;
      renew();
      if (sessionId !== undefined) await countersign.call('/v1/auth/session/logout', { session_id: sessionId });
      return { redirect: '/' };
    },
  });
}

const personOf = (identifier: string) => {
  const [channel, type] = identifier.includes('@') ? ['email', 'email'] : ['sms', 'phone_number'];
  return { channel, person: { [type]: identifier }, known: { identifier_type: type, identifier } };
};
