import { join } from 'node:path';
import { moveOf } from './moving.ts';

describe('command line: an installation that moves to another file', () => {
  moveOf(async (folder) => `sqlite:${join(folder, 'grown-up.db')}`);
});
