/** One finished step of the demo. */
export interface Step {
  readonly name: string;
  readonly detail: string;
  readonly ms: number;
}

/** Where the demo says what it does. */
export interface Screen {
  readonly steps: readonly Step[];
  /**
   * Does a step and shows how it went.
   * @param detail what to say about the result
   * @throws Error what `work` throws, after it was shown
   */
  step<Result>(name: string, work: () => Promise<Result>, detail?: (result: Result) => string): Promise<Result>;
  heading(text: string): void;
  json(title: string, value: unknown): void;
}

type Style = 'green' | 'red' | 'dim' | 'bold';

const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  green: [32, 39],
  red: [31, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/**
 * @param write where text goes
 * @param coloured whether it ends on a terminal that shows colours
 */
export function createScreen(write: (text: string) => void, coloured: boolean): Screen {
  const paint = (style: Style, text: string): string => {
    const [on, off] = CODES[style];
    return coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  const steps: Step[] = [];
  return {
    steps,
    async step(name, work, detail = () => '') {
      const from = performance.now();
      try {
        const result = await work();
        const done = { name, detail: detail(result), ms: Math.round(performance.now() - from) };
        steps.push(done);
        const time = paint('dim', `${done.ms} ms`.padStart(8));
        write(`${paint('green', '✓')} ${name.padEnd(38)} ${time}  ${paint('dim', done.detail)}\n`);
        return result;
      } catch (error) {
        write(`${paint('red', '✗')} ${name}\n`);
        throw error;
      }
    },
    heading: (text) => write(`\n${paint('bold', text)}\n`),
    json(title, value) {
      const lines = JSON.stringify(value, null, 2).split('\n');
      write(`\n${paint('bold', title)}\n${lines.map((line) => `  ${line}\n`).join('')}`);
    },
  };
}
