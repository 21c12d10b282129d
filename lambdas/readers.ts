// Decides which sources a function reads: those in code, and these by mapping. Heavy, so in a file of its own, loaded at the first use (D-23).
import type { Mapping } from '#core/signal/generic/mapping.ts';
import { readerOf } from '#core/signal/generic/reader.ts';
import { type Sources, sourcesOf } from '#core/signal/sources.ts';

export const sourcesWith = (mappings: readonly Mapping[]): Sources => sourcesOf(mappings.map(readerOf));
