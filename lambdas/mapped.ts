// Decides which sources the doors know: those in code, and those by a mapping that was deployed beside the function.
import { readFileSync } from 'node:fs';
import { readerOf } from '#core/signal/generic/reader.ts';
import type { Mapping } from '#core/signal/generic/mapping.ts';
import { type Sources, sourcesOf } from '#core/signal/sources.ts';

/**
 * Not those that were pushed since: a new source begins with a deployment, which it needs for its token and its rule of EventBridge
 * anyway. `entry` is the handler's own address; the bundle puts the file beside it.
 */
export const mappedAt = (entry: string): Sources => {
  const mappings = JSON.parse(readFileSync(new URL('./sources.json', entry), 'utf8')) as readonly Mapping[];
  return sourcesOf(mappings.map(readerOf));
};
