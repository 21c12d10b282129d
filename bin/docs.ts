// Decides what people read of the sources: the made part of docs/sources.md, written from code, mappings and fixtures.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readerOf } from '#core/signal/generic/reader.ts';
import { sourcesOf } from '#core/signal/sources.ts';
import { exampleDir, mappingsFor } from '#local/configuration.ts';
import { sourcesText, withMade } from './docs/sources.ts';

const { mappings } = await mappingsFor(exampleDir);
const target = new URL('../docs/sources.md', import.meta.url);
const made = sourcesText({
  readers: [...sourcesOf(mappings.map(readerOf)).readers.values()],
  mappings,
  events: fileURLToPath(new URL('../events', import.meta.url)),
});
writeFileSync(target, withMade(readFileSync(target, 'utf8'), made));
