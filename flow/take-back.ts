// What happens when a source archives or suppresses a finding: a case made of nothing else is closed with that reason, unless it may be a breach.
import { findingKey } from '#core/detection/find.ts';
import type { DutySpec } from '#core/duty/spec.ts';
import { decide } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type IncidentId, incidentSubject } from '#core/kernel/ids.ts';
import { hours, plus } from '#core/kernel/time.ts';
import type { Signal } from '#core/signal/signal.ts';
import { type Desk, apply, casesOfFinding } from './cases.ts';
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

/** On the desk, for the one commit of this event. Tells whose finding it was. */
export const takeBack = async (world: World, desk: Desk, signal: Signal): Promise<readonly IncidentId[]> => {
  if (signal.finding === undefined || !signal.marks.includes('archived')) return [];
  const now = world.clock.now();
  const finding = findingKey(world.pseudonyms.idKey, { source: signal.source, id: signal.finding });
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
