import { MACHINE_CLIENT, WEB_CLIENT } from './clients.ts';
import type { IssuedCode, Target } from './sign-in.ts';

export interface TokenAnswer {
  readonly access_token?: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  readonly error?: string;
}

/**
 * Redeems an authorization code and looks whether the ID token answers this very request.
 * @returns the refresh token
 * @throws Error unless all three tokens came
 */
export async function exchangeCode(target: Target, issued: IssuedCode): Promise<string> {
  const answer = await token(target, WEB_CLIENT, {
    grant_type: 'authorization_code',
    code: issued.code,
    redirect_uri: WEB_CLIENT.redirectUri,
    code_verifier: issued.verifier,
  });
  if (nonceOf(answer.id_token) !== issued.nonce) throw new Error('the ID token belongs to another request');
  return refreshTokenOf(answer);
}

/** @returns the refresh token that took the given one's place */
export async function refresh(target: Target, refreshToken: string): Promise<string> {
  const successor = refreshTokenOf(
    await token(target, WEB_CLIENT, { grant_type: 'refresh_token', refresh_token: refreshToken }),
  );
  if (successor === refreshToken) throw new Error('the refresh token was not rotated');
  return successor;
}

/** Client credentials grant (RFC 6749 §4.4). */
export async function clientCredentials(target: Target): Promise<void> {
  const { access_token } = await token(target, MACHINE_CLIENT, { grant_type: 'client_credentials' });
  if (access_token === undefined) throw new Error('no access token');
}

/** @throws Error unless it answers 200 */
export async function token(
  { url, http }: Target,
  client: { readonly id: string; readonly secret: string },
  parameters: Record<string, string>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams(parameters).toString();
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  const headers = {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
  };
  const answer = await http.send('POST', `${url}/token`, headers, body);
  const parsed = JSON.parse(answer.body) as TokenAnswer;
  if (answer.status !== 200) throw new Error(`/token answered HTTP ${answer.status} ${parsed.error ?? ''}`);
  return parsed;
}

/** @throws Error when there is none */
export function refreshTokenOf({ refresh_token }: TokenAnswer): string {
  if (refresh_token === undefined) throw new Error('no refresh token');
  return refresh_token;
}

function nonceOf(idToken: string | undefined): string | undefined {
  const payload = Buffer.from(idToken?.split('.')[1] ?? '', 'base64url').toString();
  return payload === '' ? undefined : (JSON.parse(payload) as { nonce?: string }).nonce;
}
