// Decides whether the files fit each other: every id that is named exists, and an identifier belongs to one asset.
import { nearest } from './nearest.ts';
import type { Path } from './problem.ts';
import type { FileName, Files } from './schema/files.ts';

/** A fault that a reader of the files found: the file and place are known, the line is not yet. */
export type Finding = { readonly name: FileName; readonly path: Path; readonly wrong: string; readonly right: string };

/** Only those files that fit their schema: a faulty one is not also blamed for what it does not hold. */
export type SomeFiles = { readonly [Name in FileName]?: Files[Name] };

export const checkReferences = (files: SomeFiles): readonly Finding[] => [
  ...rolesNamePeople(files),
  ...assetsNameControllers(files),
  ...subProcessorsNameAssets(files),
  ...identifiersClaimedOnce(files),
];

type Named = { readonly known: Readonly<Record<string, unknown>>; readonly what: string; readonly file: string };

/** The ids of a list that nobody defined, or that stand in it twice. */
const unknownIn = (ids: readonly string[], { known, what, file }: Named) =>
  ids.flatMap((id, index) => {
    const close = nearest(id, Object.keys(known));
    const right = close === undefined ? `write an id from ${file}` : `did you mean ${close}? Ids stand in ${file}`;
    if (!Object.hasOwn(known, id)) return [{ index, wrong: `no such ${what}`, right }];
    return ids.indexOf(id) < index ? [{ index, wrong: `${what} named twice`, right: 'name it once' }] : [];
  });

const rolesNamePeople = ({ roles, people }: SomeFiles): readonly Finding[] => {
  if (!roles || !people) return [];
  return Object.entries(roles).flatMap(([role, ids]) =>
    unknownIn(ids, { known: people, what: 'person', file: 'people.yml' }).map(
      ({ index, ...saying }): Finding => ({ name: 'roles', path: [role, index], ...saying }),
    ),
  );
};

const assetsNameControllers = ({ assets, controllers }: SomeFiles): readonly Finding[] => {
  if (!assets || !controllers) return [];
  return Object.entries(assets).flatMap(([id, asset]) =>
    unknownIn(asset.controllers, { known: controllers, what: 'controller', file: 'controllers.yml' }).map(
      ({ index, ...saying }): Finding => ({ name: 'assets', path: [id, 'controllers', index], ...saying }),
    ),
  );
};

const subProcessorsNameAssets = ({ subProcessors, assets }: SomeFiles): readonly Finding[] => {
  if (!subProcessors || !assets) return [];
  return Object.entries(subProcessors).flatMap(([id, row]) =>
    unknownIn(row.assets, { known: assets, what: 'asset', file: 'assets.yml' }).map(
      ({ index, ...saying }): Finding => ({ name: 'subProcessors', path: [id, 'assets', index], ...saying }),
    ),
  );
};

/** Two assets with one name would leave it to chance whose controllers are told. */
const identifiersClaimedOnce = ({ assets }: SomeFiles): readonly Finding[] => {
  const claimed = new Map<string, string>();
  return Object.entries(assets ?? {}).flatMap(([id, asset]) =>
    asset.identifiers.flatMap((identifier, index): readonly Finding[] => {
      const owner = claimed.get(identifier);
      claimed.set(identifier, owner ?? id);
      if (owner === undefined) return [];
      const right = owner === id ? 'write it once' : 'leave it with the one asset that it names';
      return [{ name: 'assets', path: [id, 'identifiers', index], wrong: `already claimed by ${owner}`, right }];
    }),
  );
};
