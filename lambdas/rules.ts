// Decides which rules assess events: all those that were deployed, compiled once; one that is refused refuses the deployment, not an event.
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { DirectoryPort } from '#flow/ports.ts';
import { deployedAt } from './directory.ts';

export const rulesAt = async (entry: string): Promise<DirectoryPort> => {
  const { configuration, documents, lists } = await deployedAt(entry);
  const { set, errors } = compileRules(documents, lists);
  if (errors.length > 0)
    throw new Error(`deployed rules are refused:\n${errors.map((one) => `${one.where} ${one.rule}: ${one.reason}`).join('\n')}`);
  const held = { configuration, rules: set };
  return { current: () => held };
};
