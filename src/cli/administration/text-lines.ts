/** One line of a text that is too long to be in memory. */
export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** Of the text up to its end. */
  readonly bytes: number;
  /** Null when it is longer than `LONGEST`. */
  readonly text: string | null;
}

/** Longest line, in bytes: as much as one request may hold. */
export const LONGEST = 65_536;

const FEED = 0x0a;

/** The lines of UTF-8 text, however long the text or one of its lines is, without a byte order mark. */
export async function* textLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<TextLine> {
  let line = 0;
  let bytes = 0;
  let pending: Buffer[] = [];
  let length = 0;
  const next = (): TextLine => {
    line += 1;
    bytes += length;
    const text = length > LONGEST ? null : Buffer.concat(pending).toString('utf8');
    [pending, length] = [[], 0];
    return { line, bytes, text: line === 1 && text !== null ? text.replace(/^\uFEFF/, '') : text };
  };
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length <= LONGEST) pending.push(piece);
    else pending = [];
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(FEED); end >= 0; end = chunk.indexOf(FEED, from)) {
      take(chunk.subarray(from, end + 1));
      from = end + 1;
      yield next();
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield next();
}
