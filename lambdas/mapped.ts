// Decides which sources the doors know: those in code, and those by a mapping that was deployed beside the function.
import { readFileSync } from 'node:fs';
import type { Mapping } from '#core/signal/generic/mapping.ts';
import type { Sources } from '#core/signal/sources.ts';

/**
 * Not those that were pushed since: a new source begins with a deployment, which it needs for its token and its rule of EventBridge
 * anyway. `entry` is the handler's own address; the bundle puts the file beside it. The readers are loaded by the first delivery.
 */
export const mappedAt = async (entry: string): Promise<Sources> => {
  const { sourcesWith } = await import('./readers.ts');
  return sourcesWith(JSON.parse(readFileSync(new URL('./sources.json', entry), 'utf8')) as readonly Mapping[]);
};
