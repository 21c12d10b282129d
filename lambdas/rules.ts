// Decides which rules assess events: all those that were deployed or pushed; one that is refused refuses the whole set.
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { Sources } from '#core/signal/sources.ts';
import type { DirectoryPort, Log } from '#flow/ports.ts';
import type { Deployed } from './deployed.ts';
import { directoryAt } from './directory.ts';
import type { LiveDirectory } from './live-directory.ts';
import { sourcesWith } from './readers.ts';

/** What assessment works under: rules, and the sources whose events they are held against. */
type Ruled = ReturnType<DirectoryPort['current']> & { readonly sources: Sources };

const withRules = ({ configuration, documents, lists, mappings }: Deployed, checked: boolean): Ruled => {
  const { set, errors } = compileRules(documents, lists, { checked });
  if (errors.length > 0)
    throw new Error(`deployed rules are refused:\n${errors.map((one) => `${one.where} ${one.rule}: ${one.reason}`).join('\n')}`);
  return { configuration, rules: set, sources: sourcesWith(mappings) };
};

export const rulesAt = (entry: string, env: { readonly EVIDENCE_BUCKET: string }, log: Log): Promise<LiveDirectory<Ruled>> =>
  directoryAt(entry, { env, log, inForceOf: withRules });
