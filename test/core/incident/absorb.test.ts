// Holds that a merge loses nothing that the law counts: the earliest times win, no clock ends, no controller is dropped (P-14, D-5).
import { describe, expect, it } from 'vitest';
import { owed } from '#core/duty/owed.ts';
import { type Command, decide, releasedTo } from '#core/incident/decide.ts';
import type { Incident, IncidentEvent } from '#core/incident/incident.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, aSignal, hence, anIncident, confirm, idKey, lead, likely, named, none, possible, t0, when } from '../given.ts';

const otherId = incidentId(idKey, 'other', 1);
const absorb = (other: Incident): Command => ({ type: 'Absorb', at: hence(hours(6)), other });
const younger = (given: Parameters<typeof anIncident>[0] = {}): Incident =>
  anIncident({
    id: otherId,
    openedAt: hence(hours(1)),
    rule: 'bulk_export',
    controllers: ['theatre'],
    signals: [aSignal(2, hence(minutes(30)))],
    ...given,
  });
const refute: Command = { type: 'Refute', at: hence(hours(2)), actor: lead, evidence: 'The export was empty; the log is whole.' };
const library: Command = { type: 'Identify', at: hence(hours(4)), actor: lead, controllers: [named('library')], reason: 'Their number.' };
const eventsOf = (incident: Incident, other: Incident): readonly IncidentEvent[] => {
  const decided = decide(absorb(other), incident);
  return decided.ok ? decided.value : [];
};
const typesOf = (incident: Incident, other: Incident): readonly string[] => eventsOf(incident, other).map((event) => event.type);

describe('a merge', () => {
  it('joins findings, signals, controllers and times', () => {
    const both = when(anIncident(), absorb(younger({ time: hence(minutes(40)) })));
    expect(both.findings.map((f) => f.rule.name)).toEqual(['archive_read', 'bulk_export']);
    expect(both.signals.map((s) => s.id)).toEqual(['sig-1', 'sig-2']);
    expect(both).toMatchObject({
      controllers: ['museum', 'theatre'],
      occurredFrom: t0,
      occurredTo: hence(minutes(40)),
      suspectedAt: t0,
      openedAt: t0,
    });
  });

  it('takes the earliest opening, suspicion and first sign of either', () => {
    const late = anIncident({ openedAt: hence(hours(2)), time: hence(hours(2)), signals: [aSignal(1, hence(hours(2)))] });
    const early = younger({ time: t0, signals: [aSignal(2, t0)] });
    expect(when(late, absorb(early))).toMatchObject({ openedAt: hence(hours(1)), suspectedAt: hence(hours(1)), occurredFrom: t0 });
  });

  it('starts no later clock for the controllers of the other', () => {
    expect(when(anIncident(), absorb(younger())).controllersAt).toEqual({ museum: t0, theatre: hence(hours(1)) });
  });

  it('keeps a controller whom people named in the other', () => {
    const named1 = when(younger({ controllers: [], unidentified: true }), { ...library, at: hence(hours(2)) } as Command);
    expect(when(anIncident(), absorb(named1))).toMatchObject({
      controllers: ['library', 'museum'],
      controllersAt: { library: hence(hours(2)) },
    });
  });

  it('makes an open incident suspected with the suspicion of the other, from its hour', () => {
    const both = when(anIncident({ nature: possible }), absorb(younger()));
    expect(both).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', suspectedAt: hence(hours(1)) });
  });

  it('suspects a breach where only both together say so', () => {
    const shown = anIncident({ nature: likely, data: 'unlikely' });
    const touched = younger({ nature: possible });
    expect(when(shown, absorb(touched))).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', suspectedAt: hence(hours(6)) });
  });

  it('keeps a suspicion that a person had, though no finding says so', () => {
    const asked = when(younger({ nature: possible }), { type: 'Suspect', at: hence(hours(3)), actor: lead, why: 'a call' });
    expect(when(anIncident({ nature: possible }), absorb(asked))).toMatchObject({ state: 'suspected', suspectedAt: hence(hours(3)) });
  });

  it('says by which rule it suspects', () => {
    expect(eventsOf(anIncident({ nature: possible }), younger())[1]).toEqual({
      type: 'BreachSuspected',
      at: hence(hours(6)),
      actor: { by: 'machine', rule: 'merge' },
      why: 'merged',
    });
  });

  it('reopens nothing that people decided, and suspects nothing twice', () => {
    expect(typesOf(anIncident(), younger())).toEqual(['IncidentMerged']);
    expect(when(when(anIncident(), refute), absorb(younger())).state).toBe('refuted');
    expect(typesOf(when(anIncident(), confirm({ at: hence(hours(4)) })), younger())).toEqual(['IncidentMerged']);
  });

  it('brings no suspicion from a case that had none', () => {
    const [merged] = eventsOf(anIncident({ nature: none }), younger({ nature: none }));
    expect(merged).not.toHaveProperty('suspectedAt');
  });

  it('leaves two harmless cases open', () => {
    expect(when(anIncident({ nature: none }), absorb(younger({ nature: none })))).toMatchObject({
      state: 'open',
      outcome: 'security-incident',
    });
  });

  it('does not lose the awareness of the other', () => {
    const known = when(younger(), confirm({ at: hence(hours(3)), since: hence(hours(2)) }));
    const both = when(anIncident(), absorb(known));
    expect(both).toMatchObject({ state: 'confirmed', outcome: 'confirmed-breach', aware: { at: hence(hours(2)) } });
  });

  it('moves awareness earlier, never later', () => {
    const own = when(anIncident(), confirm({ at: hence(hours(4)) }));
    const earlier = when(younger(), confirm({ at: hence(hours(3)) }));
    const later = when(younger(), confirm({ at: hence(hours(5)) }));
    expect(when(own, absorb(earlier)).aware?.at).toBe(hence(hours(3)));
    expect(when(own, absorb(later)).aware?.at).toBe(hence(hours(4)));
    const same = when(younger(), confirm({ at: hence(hours(4)) }));
    for (const known of [later, same]) expect(typesOf(own, known)).toEqual(['IncidentMerged']);
  });

  it('dates the awareness of the other back for those it knew of by then, and for nobody who came later', () => {
    const known = confirm({ at: hence(hours(4)), since: hence(minutes(10)) });
    const startOf = (other: Incident) => when(anIncident(), absorb(other)).controllersAt;
    expect(startOf(when(younger(), known))).toMatchObject({ theatre: hence(minutes(10)) });
    expect(startOf(when(younger(), library, known))).toMatchObject({ library: hence(minutes(10)) });
    expect(startOf(when(younger(), known, { ...library, at: hence(hours(5)) } as Command))).toMatchObject({
      theatre: hence(minutes(10)),
      library: hence(hours(5)),
    });
  });

  it('tells nobody again whom the other told, and still owes the rest', () => {
    const told = when(younger(), { type: 'Release', at: hence(hours(2)), actor: lead });
    const both = when(anIncident(), absorb(told));
    expect([...releasedTo(both, 'suspected')]).toEqual(['theatre']);
    expect(owed(both, aConfiguration(), hence(hours(6))).filter((duty) => duty.kind === 'notice')).toEqual([]);
    const released = when(both, { type: 'Release', at: hence(hours(7)), actor: lead });
    expect(released.releases.map((release) => [release.controller, release.under])).toEqual([
      ['theatre', otherId],
      ['museum', undefined],
    ]);
    expect(owed(released, aConfiguration(), hence(hours(7))).flatMap((duty) => (duty.kind === 'notice' ? [duty.recipient] : []))).toEqual([
      'museum',
    ]);
  });

  it('keeps back what the policy of a contract kept back in the other', () => {
    const kept = when(younger(), { type: 'HoldByPolicy', at: hence(hours(24)), controllers: [named('theatre')], rule: 'hold' });
    expect(when(anIncident(), absorb(kept)).heldByPolicy).toEqual(['theatre']);
  });
});
