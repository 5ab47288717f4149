import { ConfigError, type LoadedConfig, loadFromProcess } from '../config/load.ts';
import { unsafeInProduction } from '../config/safety.ts';
import { type Command, EXIT, JSON_OPTION } from './command.ts';
import { maskUrls } from './masking.ts';

/** What is wrong with the configuration of this process, and what is merely odd. */
interface Finding {
  readonly environment: string | null;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export const configCheck: Command = {
  name: 'config check',
  summary: 'Says whether the server would start with this configuration',
  details: [
    'Reads every file and variable as a start does and names everything that is wrong at once, including what production refuses. Nothing is opened and nobody is asked: whether the store and the mail server can be reached, it does not say.',
    'Ends with 0 when a start would go on, and with 78 when it would not. Warnings do not count.',
    'In development without SECRET it makes the secret that a start would make, in the data directory.',
  ],
  options: { json: JSON_OPTION },
  examples: ['NODE_ENV=production countersign config check', 'countersign config check --json'],
  async run({ json }, terminal) {
    const finding = find();
    const ok = finding.problems.length === 0;
    if (json === true) terminal.print(JSON.stringify({ ok, ...finding }, null, 2));
    else {
      for (const warning of finding.warnings) terminal.note(`warning: ${warning}`);
      for (const problem of finding.problems) terminal.note(`problem: ${problem}`);
      terminal.print(ok ? `The configuration is fit for ${finding.environment}.` : 'The configuration cannot be used.');
    }
    return ok ? EXIT.ok : EXIT.configuration;
  },
};

function find(): Finding {
  try {
    return findingOf(loadFromProcess());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { environment: null, problems: error.problems.map(maskUrls), warnings: [] };
  }
}

const findingOf = ({ config, warnings }: LoadedConfig): Finding => ({
  environment: config.environment,
  problems: unsafeInProduction(config).map(maskUrls),
  warnings: warnings.map(maskUrls),
});
