/** RFC 5646 §4.4.1 sets 35 as the length to be ready for; more is no language a person asked for. */
const MAX_TAG = 64;

/**
 * RFC 4647 §3.4: each wanted tag is shortened from its end until it meets an available one; a single character before
 * the cut goes with it. Case does not matter.
 */
export function lookupTag(available: readonly string[], wanted: readonly string[]): string | undefined {
  const known = new Map(available.map((tag) => [tag.toLowerCase(), tag]));
  for (const range of wanted) {
    if (range.length > MAX_TAG) continue;
    const subtags = range.toLowerCase().split('-');
    while (subtags.length > 0) {
      const found = known.get(subtags.join('-'));
      if (found !== undefined) return found;
      subtags.pop();
      if (subtags.at(-1)?.length === 1) subtags.pop();
    }
  }
  return undefined;
}
