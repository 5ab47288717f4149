import { createHash, createHmac } from 'node:crypto';
import type { SeenRequest } from '../support/sms-stand-in.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** What an AWS Signature Version 4 says of itself. */
export interface SignatureV4 {
  readonly accessKeyId: string;
  /** `20260301/eu-central-1/sns/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** @throws Error when the header is no such signature */
export function signatureIn({ headers }: SeenRequest): SignatureV4 {
  const match =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/([\w/-]+), SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (match === null) throw new Error('no signature of version 4');
  const [, accessKeyId = '', scope = '', names = '', signature = ''] = match;
  return { accessKeyId, scope, signedHeaders: names.split(';'), signature };
}

/**
 * Makes the signature anew from what came over the wire (AWS: "Create a signed AWS API request", SigV4).
 *
 * @param secret the secret access key
 */
export function signatureOf(secret: string, request: SeenRequest): string {
  const { scope, signedHeaders } = signatureIn(request);
  const [path = '', query = ''] = request.target.split('?');
  const headers = signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}\n`);
  const canonical = [request.method, path, query, headers.join(''), signedHeaders.join(';'), sha256(request.body)].join(
    '\n',
  );
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>((former, part) => hmac(former, part), `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}
