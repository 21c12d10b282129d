// Decides which files a configuration consists of, and which schema each must fit.
import { z } from 'zod';
import { assetsFile, subProcessorsFile } from './assets.ts';
import { controllersFile } from './controllers.ts';
import { operatorFile } from './operator.ts';
import { peopleFile, rolesFile } from './people.ts';
import { policyFile } from './policy.ts';
import { art33File, listsFile, processingFile } from './processing.ts';
import { sourcesFile } from './sources.ts';

export const configFiles = {
  operator: { path: 'directory/operator.yml', schema: operatorFile },
  people: { path: 'directory/people.yml', schema: peopleFile },
  roles: { path: 'directory/roles.yml', schema: rolesFile },
  controllers: { path: 'directory/controllers.yml', schema: controllersFile },
  assets: { path: 'directory/assets.yml', schema: assetsFile },
  subProcessors: { path: 'directory/sub-processors.yml', schema: subProcessorsFile },
  policy: { path: 'policy.yml', schema: policyFile },
  processing: { path: 'processing.yml', schema: processingFile },
  art33: { path: 'art33.yml', schema: art33File },
  lists: { path: 'lists.yml', schema: listsFile },
  sources: { path: 'sources.yml', schema: sourcesFile },
} as const;

export type FileName = keyof typeof configFiles;
export const fileNames = Object.keys(configFiles) as readonly FileName[];

/** Every file as its schema reads it. */
export type Files = { readonly [Name in FileName]: z.output<(typeof configFiles)[Name]['schema']> };

/** What may be left out as a whole: each has a meaning without the file. */
export const optionalFiles: readonly FileName[] = ['art33', 'lists', 'sources'];

/** `controllers.json`, for the head `# yaml-language-server: $schema=../schema/controllers.json`. */
export const schemaFileName = (name: FileName): string => configFiles[name].path.replace(/^.*\//, '').replace(/\.yml$/, '.json');

/** JSON Schema (draft 2020-12) of what a person writes, before defaults are put in. */
export const inputSchemaOf = (schema: z.ZodType): Record<string, unknown> => ({ ...z.toJSONSchema(schema, { io: 'input' }) });

export const jsonSchemaOf = (name: FileName): Record<string, unknown> => inputSchemaOf(configFiles[name].schema);
