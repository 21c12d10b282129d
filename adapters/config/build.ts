// Decides how the files, once they fit their schemas, become the configuration that core reads.
import { type Configuration, type Directory, roleNames } from '#core/directory/directory.ts';
import { assetId, controllerId, personId } from '#core/kernel/ids.ts';
import { endClients, reachable } from './agencies.ts';
import type { Files } from './schema/files.ts';

export const configurationOf = (files: Files): Configuration => ({
  directory: directoryOf(files),
  policy: files.policy,
  processing: Object.entries(files.processing).map(([recipient, row]) => ({ recipient, ...row })),
  ...(files.art33.notice ? { notice: files.art33.notice } : {}),
  baseUrl: files.art33.baseUrl,
  sources: new Map(Object.entries(files.sources)),
});

const directoryOf = (files: Files): Directory => ({
  operator: files.operator,
  people: new Map(Object.entries(files.people).map(([key, person]) => [personId(key), { id: personId(key), ...person }])),
  roles: new Map(roleNames.map((role) => [role, files.roles[role].map(personId)])),
  controllers: new Map(
    Object.entries(reachable(files.controllers)).map(([key, { through, ...controller }]) => [
      controllerId(key),
      { id: controllerId(key), ...controller, ...(through === undefined ? {} : { through: controllerId(through) }) },
    ]),
  ),
  assets: Object.entries(files.assets).map(([key, asset]) => ({
    id: assetId(key),
    ...asset,
    controllers: endClients(files.controllers, asset.controllers).map(controllerId),
  })),
  subProcessors: Object.entries(files.subProcessors).map(([id, row]) => ({ id, ...row, assets: row.assets.map(assetId) })),
});
