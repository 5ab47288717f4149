import { type OptionValues, UsageError } from '../command.ts';

/** In which forms a moment may be given. */
export const TIME_FORMS = '2026-01-31, 2026-01-31T12:00:00Z, or so long ago: 90m, 12h, 7d';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment that an option names, as the Admin API takes it.
 *
 * @param now milliseconds since the epoch
 * @throws UsageError for what is no moment
 */
export function momentIn(values: OptionValues, name: string, now: number, command: string): string | undefined {
  const text = values[name];
  if (typeof text !== 'string') return undefined;
  const [, count, unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return String(Math.max(0, now - Number(count) * (UNITS[unit] ?? 0)));
  const at = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || at < 0) throw new UsageError(`--${name}: expected ${TIME_FORMS}`, command);
  return String(at);
}
