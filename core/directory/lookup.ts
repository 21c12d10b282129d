// Decides whose data an identifier touches: identifier to asset, asset to controllers, role to people.
import type { ControllerId, PersonId } from '../kernel/ids.ts';
import type { Asset, Controller, Directory, Person, RoleName } from './directory.ts';

/** The assets that answer to any of the identifiers, in the order of these. */
export const assetsOf = (directory: Directory, identifiers: readonly string[]): readonly Asset[] => {
  const found = identifiers.flatMap((identifier) => directory.assets.find((asset) => asset.identifiers.includes(identifier)) ?? []);
  return [...new Set(found)];
};

/** The people behind a role, in the order in which they are to be reached. */
export const peopleOf = (directory: Directory, role: RoleName): readonly Person[] =>
  (directory.roles.get(role) ?? []).flatMap((id) => directory.people.get(id) ?? []);

export const personOf = (directory: Directory, id: PersonId): Person | undefined => directory.people.get(id);

/** Who uses Slack under this member ID. */
export const slackMember = ({ people }: Directory, member: string): PersonId | undefined =>
  [...people.values()].find(({ slack }) => slack !== undefined && slack === member)?.id;

/** The roles a person bears. */
export const rolesOf = (directory: Directory, id: PersonId): readonly RoleName[] =>
  [...directory.roles].filter(([, people]) => people.includes(id)).map(([role]) => role);

export const controllerOf = (directory: Directory, id: ControllerId): Controller | undefined => directory.controllers.get(id);
