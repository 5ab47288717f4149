/**
 * Measures what Countersign does, beside the bare engine in the same run.
 *
 *   npm run bench -- [--quick] [--large] [--admin] [--soak N] [--json FILE] [--markdown] [--only PART,…]
 *                    [--profile FOLDER] [--strict]
 *
 * Parts: sign-ins, rest, tokens, operations, memory, start, handover, and with `--admin` only: admin, lists of the Admin API
 * beside a million events. `--profile` leaves a CPU profile of the
 * server, which slows it down. `--strict` answers 1 when a goal is missed.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { planOf } from '../test/bench/plan.ts';
import {
  machineLine,
  markdownTable,
  measureDiskSync,
  notesOf,
  type Report,
  terminalTable,
  textOf,
} from '../test/bench/report.ts';
import { isPart, PARTS, type Part, runBench } from '../test/bench/run.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    admin: { type: 'boolean', default: false },
    soak: { type: 'string' },
    json: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
});

const MOST_SOAK = 100_000;

function soakOf(text: string): number {
  const soak = Number(text);
  if (!Number.isInteger(soak) || soak < 100 || soak > MOST_SOAK) throw new Error(`--soak takes 100 to ${MOST_SOAK}`);
  return soak;
}

function partsOf(text: string | undefined, admin: boolean): readonly Part[] {
  if (admin) return ['admin'];
  // It takes minutes to fill its store.
  if (text === undefined) return PARTS.filter((part) => part !== 'admin');
  return text.split(',').map((name) => {
    if (!isPart(name)) throw new Error(`--only takes ${PARTS.join(', ')}`);
    return name;
  });
}

const { quick, large, profile } = values;
const plan = planOf({ quick, large, profile, ...(values.soak === undefined ? {} : { soak: soakOf(values.soak) }) });
const startedAt = new Date();
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const diskSyncMs = measureDiskSync();
const { figures, operations } = await runBench(plan, partsOf(values.only, values.admin), progress);
const report: Report = {
  machine: machineLine(),
  diskSyncMs,
  startedAt: startedAt.toISOString(),
  seconds: (Date.now() - startedAt.getTime()) / 1000,
  plan,
  figures,
  operations,
  notes: notesOf(plan),
};
process.stdout.write(`${textOf(report, values.markdown ? markdownTable : terminalTable)}\n`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
if (values.strict && figures.some(({ goal }) => goal?.met === false)) process.exitCode = 1;
