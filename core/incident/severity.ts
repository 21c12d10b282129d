// Decides how grave an incident looks: ENISA's method over what its findings hit, whose data it is, and what the directory knows of it today.
import { noNature, worstNature } from '../detection/outcome.ts';
import { type Dpc, type Severity, isMeant, severityOf } from '../detection/severity.ts';
import type { Asset, Directory } from '../directory/directory.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { touches } from './fold.ts';
import type { Incident, RuleFinding } from './incident.ts';

/** The highest of those affected: one clinic among ten shops makes the case a clinic's. */
const floorOf = (ids: readonly ControllerId[], { controllers }: Directory): Dpc | undefined => {
  const floors = ids.flatMap((id) => controllers.get(id)?.dpcFloor ?? []);
  return floors.toSorted((a, b) => b - a)[0];
};

const isCiphertext = ({ mitigations }: Asset): boolean => mitigations?.includes('ciphertext-only') ?? false;

/** Nobody wrote down what it hit, and nothing in the event says so. */
const isUncharted = ({ assets, dataClasses }: RuleFinding): boolean => assets.length === 0 && dataClasses === undefined;

/** As many as they may be: an estimate too low would wake too few. */
const peopleOf = (ids: readonly ControllerId[], counts: Incident['dataSubjects']): number =>
  ids.reduce((all, id) => all + (counts?.[id]?.count.max ?? 0), 0);

/** Undefined where no personal data is hurt: the method has nothing to say then. */
export const severityIn = (
  { findings, controllers, dataSubjects }: Pick<Incident, 'findings' | 'controllers' | 'dataSubjects'>,
  directory: Directory,
): Severity | undefined => {
  const touched = findings.filter(touches);
  if (touched.length === 0) return undefined;
  const hit = new Set(touched.flatMap((one) => one.assets));
  const assets = directory.assets.filter(({ id }) => hit.has(id));
  return severityOf({
    nature: touched.reduce((all, one) => worstNature(all, one.nature), noNature),
    dataClasses: [...new Set([...assets.flatMap((one) => one.dataClasses), ...touched.flatMap((one) => one.dataClasses ?? [])])],
    uncharted: touched.some(isUncharted),
    dpcFloor: floorOf(controllers, directory),
    unintelligible: touched.every((one) => one.assets.length > 0) && assets.length === hit.size && assets.every(isCiphertext),
    people: peopleOf(controllers, dataSubjects),
    malicious: isMeant(touched.map(({ rule }) => rule.category)),
  });
};
