// Decides the text of a published JSON Schema: the same bytes on every machine, so that a test can hold them equal.
import { type FileName, jsonSchemaOf } from './files.ts';

export const schemaText = (name: FileName): string => `${JSON.stringify(jsonSchemaOf(name), null, 2)}\n`;
