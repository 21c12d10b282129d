// Decides that the published JSON Schemas are those that check the files, that each file names its own, and each field explains itself.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedConfiguration } from '#adapters/config/init.ts';
import { configFiles, fileNames, inputSchemaOf, jsonSchemaOf, schemaFileName } from '#adapters/config/schema/files.ts';
import { mappingFile } from '#adapters/config/schema/mapping.ts';
import { mappingSchemaFile, mappingSchemaText, schemaText } from '#adapters/config/schema/published.ts';

const schemaDir = join(shippedConfiguration, 'schema');

const undescribed = (node: unknown, path: string): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, items, additionalProperties } = node as Record<string, Record<string, unknown>>;
  const children = [...Object.entries(properties ?? {}), ['[]', items], ['*', additionalProperties]] as const;
  const here = 'description' in node ? [] : [path];
  return [...here, ...children.flatMap(([key, child]) => (child === undefined ? [] : undescribed(child, `${path}.${key}`)))];
};

describe.each(fileNames)('the schema of %s', (name) => {
  it('is published as it is (npm run schemas)', () => {
    expect(readFileSync(join(schemaDir, schemaFileName(name)), 'utf8')).toBe(schemaText(name));
  });

  it('is named in the first line of the example', () => {
    const { path } = configFiles[name];
    const [first] = readFileSync(join(shippedConfiguration, path), 'utf8').split('\n');
    expect(first).toBe(`# yaml-language-server: $schema=${relative(dirname(path), join('schema', schemaFileName(name)))}`);
  });

  it('explains every field', () => {
    expect(undescribed(jsonSchemaOf(name), name)).toEqual([]);
  });
});

describe('the schema of mappings', () => {
  it('is published as it is (npm run schemas)', () => {
    expect(readFileSync(join(schemaDir, mappingSchemaFile), 'utf8')).toBe(mappingSchemaText());
  });

  it('is named in the first line of every mapping that ships', () => {
    const dir = join(shippedConfiguration, 'sources');
    for (const file of readdirSync(dir)) {
      const [first] = readFileSync(join(dir, file), 'utf8').split('\n');
      expect([file, first]).toEqual([file, `# yaml-language-server: $schema=../schema/${mappingSchemaFile}`]);
    }
  });

  it('explains every field', () => {
    expect(undescribed(inputSchemaOf(mappingFile), 'mapping')).toEqual([]);
  });
});

describe('the published schemas', () => {
  it('hold no file that no schema writes', () => {
    expect(readdirSync(schemaDir).sort()).toEqual([...fileNames.map(schemaFileName), mappingSchemaFile].sort());
  });
});
