// Decides what editors read: one JSON Schema per file of the configuration, written from the schemas that check it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { mappingSchemaFile, mappingSchemaText, schemaText } from '#adapters/config/schema/published.ts';
import { fileNames, schemaFileName } from '#adapters/config/schema/files.ts';

const target = new URL('../config/schema/', import.meta.url);
mkdirSync(target, { recursive: true });
for (const name of fileNames) writeFileSync(new URL(schemaFileName(name), target), schemaText(name));
writeFileSync(new URL(mappingSchemaFile, target), mappingSchemaText());
