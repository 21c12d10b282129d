// The sources that ship: those in code, and those by a mapping of config/sources.
import { readerOf } from '#core/signal/generic/reader.ts';
import { type Sources, sourcesOf } from '#core/signal/sources.ts';
import { exampleDir, mappingsFor } from '#local/configuration.ts';

const { mappings, problems } = await mappingsFor(exampleDir);
if (problems.length > 0) throw new Error(JSON.stringify(problems));

export const shipped: Sources = sourcesOf(mappings.map(readerOf));
export const mapped = mappings;
