// Copies the example configuration to begin from.
import { initConfiguration } from '#adapters/config/init.ts';
import { CliFailure, CliUse, type Command, print, readWords } from './command.ts';

export const initCommand: Command = {
  name: 'init',
  summary: 'copy the example configuration to begin from',
  help: `art33 init DIR
  Copies directory, policy, processing and settings into DIR, which must be new or empty. Then edit, and: npm start -- --config DIR`,
  run: async (words) => {
    const { positionals } = readWords(words, {});
    const [dir, more] = positionals;
    if (dir === undefined || more !== undefined) throw new CliUse('init takes one folder: art33 init DIR.');
    const made = await initConfiguration(dir);
    if (!made.ok) throw new CliFailure(made.error);
    print(`${dir} is ready. Edit the files in it, then: npm start -- --config ${dir}`);
    return 0;
  },
};
