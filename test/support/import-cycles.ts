/** Which files a file imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The cycles of an import graph, each once, as the files along it; the first file is not repeated at the end. Imports
 * of types count: two files that know each other are one file.
 */
export function cyclesOf(graph: ImportGraph): string[][] {
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const seenAt = path.indexOf(file);
    if (seenAt >= 0) cycles.push(path.slice(seenAt));
    if (seenAt >= 0 || finished.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}
