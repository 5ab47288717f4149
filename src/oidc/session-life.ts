import { type AdapterPayload, Provider } from 'oidc-provider';
import type { Artifact, ArtifactStore } from '../ports/store/artifacts.ts';
import { digestOf } from '../services/vault.ts';

/** Lasts from a sign-in to the logout; its id is the `uid` of the session, which stays when the session's id changes. */
const LIFE = 'SessionLife';

/**
 * Writes a session, unless it has ended meanwhile. The engine reads a session when a request begins and writes it whole
 * when the request is over; without a condition a logout in between would be undone. So a sign-in begins a life, a logout
 * ends it, and everything else is only written while it lasts.
 */
export async function saveSession(store: ArtifactStore, session: Artifact, payload: AdapterPayload): Promise<void> {
  if (payload.accountId === undefined || session.uid === null) {
    // The engine makes a session for every cookie whose session has ended; there is nothing to remember yet.
    if (payload.state !== undefined) await store.save(session);
    return;
  }
  if (signsInNow()) await store.save({ ...session, model: LIFE, id: session.uid, uid: null, payload: '' });
  await store.save({ ...session, grantId: session.uid }, { requireGrant: LIFE });
}

/** Removes a session under this id, and ends its life unless it only goes on under another id. */
export async function removeSession(store: ArtifactStore, id: string): Promise<void> {
  const session = Provider.ctx?.oidc.session;
  if (session?.jti === id) {
    const uid = digestOf(session.uid);
    // The life goes first: from then on no other request can write the session again.
    await store.remove(LIFE, uid);
    await store.removeByGrant('Session', uid);
  }
  await store.remove('Session', digestOf(id));
}

/** True in the request that goes on with a sign-in; that of a later consent carries the sign-in along. */
function signsInNow(): boolean {
  const result = Provider.ctx?.oidc.result;
  return result?.login !== undefined && result.consent === undefined;
}
