// What happens when a second case hears that a service is away: it is told under the reference of the first, once; and what is known to be back is back.
import type { Finding } from '#core/detection/finding.ts';
import { ownDisturbances } from '#core/incident/disturbance.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { RestoreCommand } from '#core/incident/restored.ts';
import { derived } from '#core/kernel/hash.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { CaseRecord } from './ports.ts';

/** Under which the cases stand that heard of it: its own, and one for each asset, since an alarm and the database itself tell of one outage. */
export const disturbedKeys = ({ rule, caseKey, assets }: Finding): readonly string[] =>
  rule.disturbs ? [caseKey, ...assets.map((asset) => derived(['disturbed', asset]))] : [];

/** Of a service that fails again and again the latest cases say whether one still lasts. */
const casesAtMost = 8;

const isTelling = (incident: Incident, { caseKey, assets, controllers, time }: Finding): boolean =>
  ownDisturbances(incident).some(
    (one) =>
      (one.restored === undefined || time <= one.restored.at) &&
      (one.key === caseKey || one.assets.some((asset) => assets.includes(asset))) &&
      controllers.every((id) => one.controllers.includes(id)),
  );

export type Looking = {
  readonly record: (key: string) => Promise<CaseRecord>;
  readonly incident: (id: IncidentId) => Promise<Incident | undefined>;
};

/** The finding with the case that tells all whom this one would tell, where there is one. */
export const asTold = async (finding: Finding, { record, incident }: Looking): Promise<Finding> => {
  const records = await Promise.all(disturbedKeys(finding).map(record));
  const ids = new Set(records.flatMap(({ cases }) => cases.slice(-casesAtMost).map((one) => one.incident)));
  for (const id of ids) {
    const known = await incident(id);
    if (known && isTelling(known, finding)) return { ...finding, toldUnder: id };
  }
  return finding;
};

/** Its service was said to be back before the sign that it was away came in. */
export const backAlready = ({ rule, caseKey: key }: Finding, record: CaseRecord | undefined, at: Instant): RestoreCommand | undefined => {
  const back = rule.disturbs ? record?.restored : undefined;
  return back && { type: 'Restore', at, actor: { by: 'machine', rule: back.rule }, key, restoredAt: back.at };
};
