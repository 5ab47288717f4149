import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { StaticFile } from '../../ports/views.ts';
import { VIEWS_DIRECTORY } from './directory.ts';

/** A static file, and where it is. */
export interface Asset extends StaticFile {
  /**
   * The path with the content hash as `v`. What answers under a URL that carries it never changes, so it may be
   * cached with `immutable` (RFC 8246).
   */
  readonly url: string;
}

const typeOf: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the files of `views/public` into memory; they are few and small.
 *
 * @param options.directory the `views` folder
 * @returns the files by the path they are served under, for instance `/assets/main.css`
 * @throws Error for a file of a kind that has no content type here
 */
export function loadAssets(options: { readonly directory?: string } = {}): Map<string, Asset> {
  const directory = join(options.directory ?? VIEWS_DIRECTORY, 'public');
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(directory).sort()) {
    const type = typeOf[extname(name)];
    if (type === undefined) throw new Error(`no content type for ${name}`);
    const body = readFileSync(join(directory, name));
    const hash = createHash('sha256').update(body).digest('base64url').slice(0, 16);
    const path = `/assets/${name}`;
    assets.set(path, { body, type, etag: `"${hash}"`, url: `${path}?v=${hash}` });
  }
  return assets;
}
