// Decides which configuration a function works under: the one that was checked and deployed beside it, read once.
import { readFile } from 'node:fs/promises';
import type { RuleSet } from '#core/detection/rule.ts';
import type { DirectoryPort } from '#flow/ports.ts';
import { type Deployed, decode } from './deployed.ts';

/** Only assessment asks rules; elsewhere there are none, and none are compiled. */
const noRules: RuleSet = { rules: [], byName: new Map(), hash: 'none' };

/** `entry` is the handler's own address; the bundle puts the file beside it. */
export const deployedAt = async (entry: string): Promise<Deployed> =>
  decode(await readFile(new URL('./configuration.json', entry), 'utf8'));

export const configurationAt = async (entry: string): Promise<DirectoryPort> => {
  const held = { configuration: (await deployedAt(entry)).configuration, rules: noRules };
  return { current: () => held };
};
