// What happens when a source archives or suppresses a finding: a case made of nothing else is closed with that reason, unless it may be a breach.
import { findingKey } from '#core/detection/find.ts';
import type { DutySpec } from '#core/duty/spec.ts';
import { decide } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type IncidentId, incidentSubject } from '#core/kernel/ids.ts';
import { hours, latest, plus } from '#core/kernel/time.ts';
import type { Signal } from '#core/signal/signal.ts';
import { type Desk, apply, casesOfFinding, recordOn } from './cases.ts';
import { dutyWrites, existingOf } from './change.ts';
import type { World } from './ports.ts';

/** Only documented evidence ends what may be a breach (D-5): whoever broke in may archive too. A case made of more goes on by the rest. */
const closes = (incident: Incident, finding: string): boolean =>
  incident.state === 'open' &&
  incident.outcome === 'security-incident' &&
  incident.signalCount === incident.signals.length &&
  incident.signals.every((signal) => signal.finding === finding);

/** A person says what it means. */
const asked = (now: Parameters<typeof plus>[0]): DutySpec => ({
  kind: 'human',
  recipient: 'incident-lead',
  step: 'archived',
  deadlineAt: plus(now, hours(4)),
});

/**
 * The key of a finding whose latest state, now that this event is known, is that its source took it back. Both states are remembered, by
 * the source's own clock, so that the order of arrival makes no difference: a bus knows none.
 */
const takenBack = async (world: World, desk: Desk, signal: Signal): Promise<string | undefined> => {
  if (signal.finding === undefined) return undefined;
  const key = findingKey(world.pseudonyms.idKey, { source: signal.source, id: signal.finding });
  const state = signal.marks.includes('archived') ? 'archived' : 'active';
  // An active one that was not placed just now is part of no case.
  if (state === 'active' && !desk.records.has(key)) return undefined;
  const record = await recordOn(world, desk, key);
  const at = signal.statedAt ?? signal.time;
  const finding = { ...record.finding, [state]: latest(record.finding?.[state] ?? at, at) };
  desk.records.set(key, { ver: record.ver, record: { ...record, finding } });
  const { active, archived } = finding;
  return archived !== undefined && (active === undefined || archived >= active) ? key : undefined;
};

/** On the desk, for the one commit of this event. Tells whose finding it was. */
export const takeBack = async (world: World, desk: Desk, signal: Signal): Promise<readonly IncidentId[]> => {
  const finding = await takenBack(world, desk, signal);
  if (finding === undefined) return [];
  const now = world.clock.now();
  const incidents = await casesOfFinding(world, desk, finding);
  for (const incident of incidents) {
    const by = { by: 'machine', rule: 'source' } as const;
    const closed = closes(incident, finding)
      ? decide({ type: 'Close', at: now, actor: by, reason: 'archived or suppressed at its source' }, incident)
      : undefined;
    if (closed?.ok) apply(desk, incident.id, closed.value);
    else desk.more.push(...dutyWrites(incident, [asked(now)], (await existingOf(world, incidentSubject(incident.id))).ids, now));
  }
  return incidents.map(({ id }) => id);
};
