// Decides with which rules and lists raw events are explained: those that the configuration loads.
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import type { Candidate } from '#local/classify.ts';
import { ruleDirsFor } from '#local/configuration.ts';
import { type Explaining, explain } from './explain.ts';

export const explainFiles = async (
  dir: string,
  candidates: readonly Candidate[],
  { inForce, only }: Pick<Explaining, 'inForce' | 'only'>,
): Promise<readonly string[]> => {
  const now = systemClock().now();
  const loaded = await loadConfiguration(dir, now);
  const { documents } = await readRuleDocuments(ruleDirsFor(dir));
  return explain(candidates, { inForce, only, now, documents, lists: loaded.ok ? loaded.value.lists : new Map() });
};
