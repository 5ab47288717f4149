/** How many callers race for each thing that only some of them may get. */
export const CALLERS = 50;

/** Starts all calls before it waits for any. @returns their answers in the order of the calls */
export const parallel = <Answer>(call: (index: number) => Promise<Answer>, callers = CALLERS): Promise<Answer[]> =>
  Promise.all(Array.from({ length: callers }, (_, index) => call(index)));

/** How many of the answers are the wanted one. */
export const count = <Answer>(answers: readonly Answer[], wanted: (answer: Answer) => boolean): number =>
  answers.filter(wanted).length;

/** Ids that mean something to a database, a language or a person's eye, and must mean nothing to a store. */
export const HOSTILE_IDS = [
  "'; DROP TABLE challenges; --",
  '" OR ""="',
  '$ne',
  '{"$gt":""}',
  '__proto__',
  'constructor',
  'a.b.$c',
  '%_*?',
  'nul\u0000byte',
  'line\nbreak',
  'Ångström',
  'A\u030angstro\u0308m',
  '\u{1f984}\u202e',
  'case',
  'CASE',
  ' case ',
] as const;
