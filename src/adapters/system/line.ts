interface ShownError {
  readonly type: string;
  readonly message: string;
  readonly stack: readonly string[];
}

const isShownError = (value: unknown): value is ShownError =>
  typeof value === 'object' && value !== null && 'type' in value && 'stack' in value && Array.isArray(value.stack);

function fieldText(name: string, value: unknown): string {
  if (isShownError(value)) return `${name}=${JSON.stringify(`${value.type}: ${value.message}`)}`;
  return `${name}=${typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)}`;
}

/**
 * Turns a JSON log line into one for people at a terminal: `12:30:01.123 INFO  listening  port=3000`, followed by the
 * frames of errors, indented. It adds nothing and takes nothing away, so what was redacted stays so.
 */
export function humanLine(json: string): string {
  const { time, level, message, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const clock = String(time).slice(11, 23);
  const texts = Object.entries(fields).map(([name, value]) => fieldText(name, value));
  const head = [`${clock} ${String(level).toUpperCase().padEnd(5)} ${String(message)}`, ...texts].join('  ');
  const frames = Object.values(fields).flatMap((value) => (isShownError(value) ? value.stack : []));
  return `${[head, ...frames.map((frame) => `    ${frame}`)].join('\n')}\n`;
}
