/** Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, char] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The known name somebody most likely meant, or null when none is close. */
export function nearest(name: string, known: readonly string[]): string | null {
  const candidates = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= 3)
    .map((candidate) => ({ candidate, changes: distance(name, candidate) }))
    .sort((left, right) => left.changes - right.changes);
  const best = candidates[0];
  return best !== undefined && best.changes <= Math.max(1, Math.min(3, name.length / 4)) ? best.candidate : null;
}
