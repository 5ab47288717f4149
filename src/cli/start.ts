import { type Command, EXIT } from './command.ts';

export const start: Command = {
  name: 'start',
  summary: 'Starts the server and runs it until SIGTERM or Ctrl-C',
  details: [
    'The same as `npm start`, without making the checkout ready first: what is not installed is not fetched.',
    'SIGTERM lets what is under way finish, as long as LIMITS_DRAIN_SECONDS and LIMITS_SHUTDOWN_SECONDS say.',
  ],
  options: {},
  examples: ['NODE_ENV=production SECRET_FILE=/run/secrets/secret countersign start'],
  async run() {
    // The program begins with its import, and ends the process by itself.
    await import('../main.ts');
    return EXIT.ok;
  },
};
