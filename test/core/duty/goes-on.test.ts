// Holds who is told that its matter goes on under another reference, and when that is not said any more (P-14).
import { describe, expect, it } from 'vitest';
import { goesOnOwed } from '#core/duty/goes-on.ts';
import { planOf } from '#core/duty/plan.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type IncidentId, incidentId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aDuty, aSentDuty, anIncident, hence, idKey, lead, named, when } from '../given.ts';

const parent = incidentId(idKey, 'parent', 1);
const part: Incident = {
  ...anIncident(),
  splitFrom: { incident: parent, at: hence(hours(1)), told: [named('museum'), named('theatre')], both: [] },
};
const spec = { kind: 'update', recipient: 'museum', step: 'reference', deadlineAt: hence(hours(5)) } as const;
const closed = (mergedInto?: IncidentId): Incident =>
  when(part, { type: 'Close', at: hence(hours(2)), actor: lead, reason: 'x', ...(mergedInto && { mergedInto }) });
const plan = (incident: Incident, duty = aDuty(spec)) => planOf({ duty, incident, configuration: aConfiguration(), now: hence(hours(2)) });
const told = {
  do: 'act',
  act: { type: 'reference', controller: 'museum' },
  after: { state: 'SENT', until: hence(minutes(150)) },
};

describe('the word on a new reference', () => {
  it('is owed to each that was told under the other, within four hours, and to nobody of a case that was no part', () => {
    expect(goesOnOwed(part)).toEqual(
      ['museum', 'theatre'].map((recipient) => ({ kind: 'update', recipient, step: 'reference', deadlineAt: hence(hours(5)) })),
    );
    expect(goesOnOwed(anIncident())).toEqual([]);
  });

  it('is sent, also when the part is over: its reference holds', () => {
    for (const incident of [part, closed(), closed(incidentId(idKey, 'third', 1)), { ...closed(parent), state: 'suspected' } as Incident])
      expect(plan(incident)).toEqual(told);
    const never = anIncident();
    expect(plan(when(never, { type: 'Close', at: hence(hours(2)), actor: lead, reason: 'x' }))).toEqual(told);
  });

  it('is kept back where the part is in the other again', () => {
    expect(plan(closed(parent))).toMatchObject({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'merged again before it was told' },
    });
  });

  it('has a person beside it until it arrived', () => {
    expect(plan(part, aSentDuty(spec, hence(hours(1))))).toMatchObject({ do: 'wait', create: [{ kind: 'human' }] });
  });
});
