// Decides the text of a published JSON Schema: the same bytes on every machine, so that a test can hold them equal.
import { z } from 'zod';
import { type FileName, jsonSchemaOf } from './files.ts';
import { mappingFile } from './mapping.ts';

const written = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;

export const schemaText = (name: FileName): string => written(jsonSchemaOf(name));

/** Paths and conditions stand in many places of a mapping: each is written once. */
export const mappingSchemaText = (): string => written(z.toJSONSchema(mappingFile, { io: 'input', reused: 'ref' }));
export const mappingSchemaFile = 'mapping.json';
