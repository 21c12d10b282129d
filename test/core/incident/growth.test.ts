// Holds when people hear again of a case that goes on: a higher level at once, new resources bundled, repeats counted (D-17, cases 12 and 13).
import { describe, expect, it } from 'vitest';
import type { Growth, Incident } from '#core/incident/incident.ts';
import { stormFrom } from '#core/incident/growth.ts';
import { type Instant, days, minutes, seconds } from '#core/kernel/time.ts';
import { type FindingGiven, aFinding, aSignal, anIncident, attach, confirm, hence, lead, none, possible, t0, when } from '../given.ts';

const first = anIncident({ level: 'high', resources: ['a'] });
/** A finding at its own hour, with a signal of its own. */
const found = (at: Instant, given: FindingGiven = {}) =>
  attach(at, { level: 'high', resources: ['a'], ...given }, [aSignal(at - t0 + 2, at)]);
const grown = (incident: Incident): readonly Omit<Growth, 'foundAt'>[] =>
  (incident.grown ?? []).map(({ foundAt: _found, ...rest }) => rest);
const at = (n: number): Instant => hence(minutes(n));

describe('a case that somebody is called for', () => {
  it('knows since when', () => {
    expect(first.calledAt).toBe(t0);
    const faint = anIncident({ level: 'medium', nature: none, data: 'unlikely' });
    expect(faint.calledAt).toBeUndefined();
    expect(when(faint, found(at(5))).calledAt).toBe(at(5));
    expect(when(first, confirm({ at: at(9) })).calledAt).toBe(t0);
  });

  it('calls at once when the level rises, for each rise once', () => {
    const risen = when(first, found(at(1), { level: 'critical' }), found(at(2), { level: 'critical' }), found(at(3), { level: 'low' }));
    expect(grown(risen)).toEqual([{ at: at(1), why: 'level' }]);
  });

  it('does not call twice for what comes together', () => {
    const soon = hence(seconds(10));
    expect(grown(when(first, found(soon, { level: 'critical' })))).toEqual([]);
    expect(grown(when(first, found(hence(seconds(11)), { level: 'critical' })))).toHaveLength(1);
    const { calledAt: _called, ...old } = first;
    expect(grown(when(old as Incident, found(soon, { level: 'critical' })))).toEqual([]);
  });

  it('calls for a new resource a quarter of an hour after the first call, and what came meanwhile is in it', () => {
    const more = when(first, found(at(1), { resources: ['b'] }), found(at(2), { resources: ['c'] }), found(at(15), { resources: ['d'] }));
    expect(grown(more)).toEqual([
      { at: at(15), why: 'resource' },
      // The quarter of an hour was over with the call that fell due: this one is new.
      { at: at(75), why: 'resource' },
    ]);
  });

  it('calls at once for a new resource when the last word is old, and then once an hour', () => {
    const later = when(
      first,
      found(at(40), { resources: ['b'] }),
      found(at(50), { resources: ['c'] }),
      found(at(300), { resources: ['d'] }),
    );
    expect(grown(later).map((one) => one.at)).toEqual([at(40), at(100), at(300)]);
  });

  it('calls for nothing that it knew already', () => {
    const same = when(first, found(at(40)), found(at(41), { rule: 'another' }));
    expect(grown(same)).toEqual([]);
    const back = when(first, found(at(40), { resources: ['b'] }), found(at(60), { resources: ['b'] }));
    expect(grown(back)).toHaveLength(1);
  });

  it('is not called for again by a sign that would call for nobody by itself', () => {
    expect(grown(when(first, found(at(40), { resources: ['b'], level: 'medium', nature: none })))).toEqual([]);
    expect(grown(when(first, found(at(40), { resources: ['b'], level: 'low', nature: possible })))).toHaveLength(1);
  });

  it('is not called for again by a faint sign, though its rule tells targets apart', () => {
    const faint = { resources: ['b'], level: 'medium', data: 'unlikely', campaign: 'x' } as const;
    expect(grown(when(first, found(at(40), { ...faint, nature: none })))).toEqual([]);
    expect(grown(when(first, found(at(40), { ...faint, nature: possible })))).toEqual([]);
    expect(grown(when(first, found(at(40), { ...faint, nature: possible, level: 'high' })))).toHaveLength(1);
  });

  it('calls for the one new among known resources', () => {
    expect(grown(when(first, found(at(40), { resources: ['a', 'b'] })))).toHaveLength(1);
  });

  it('waits a quarter of an hour after a rise as after the first call', () => {
    const risen = when(first, found(at(1), { level: 'critical' }), found(at(2), { level: 'critical', resources: ['b'] }));
    expect(grown(risen).map((one) => one.at)).toEqual([at(1), at(16)]);
  });

  it('counts what comes together from the first call on, not from the opening', () => {
    const faint = anIncident({ level: 'low', nature: possible, data: 'unlikely' });
    expect(grown(when(faint, found(at(3), { level: 'medium', nature: possible, data: 'unlikely' })))).toEqual([]);
    expect(grown(when(faint, found(at(5)), found(hence(seconds(305)), { level: 'critical' })))).toEqual([]);
    expect(grown(when(faint, found(at(5)), found(at(6), { level: 'critical' })))).toHaveLength(1);
  });

  it('takes what was found in the instant of taking the case as seen, and what was due in it as said', () => {
    const waiting = when(first, found(at(2), { resources: ['b'] }));
    const next = (ack: Instant, then: Instant) =>
      grown(when(waiting, { type: 'Acknowledge', at: ack, actor: lead }, found(then, { resources: ['c'] }))).at(-1)?.at;
    expect(next(at(2), at(3))).toBe(at(17));
    expect(next(at(15), at(16))).toBe(at(75));
  });

  it('is not called for again by another name where nothing was lost and the rule takes all targets for one case', () => {
    const stopped = { resources: ['b'], nature: none } as const;
    expect(grown(when(first, found(at(40), stopped)))).toEqual([]);
    expect(grown(when(first, found(at(40), { ...stopped, campaign: 'tells targets apart' })))).toHaveLength(1);
  });

  it('tells whoever had taken it by then', () => {
    const taken = when(first, { type: 'Acknowledge', at: at(2), actor: lead });
    expect(grown(when(taken, found(at(40), { resources: ['b'] })))).toEqual([{ at: at(40), why: 'resource', to: 'incident-lead' }]);
    const byMachine = when(first, { type: 'Acknowledge', at: at(2), actor: { by: 'machine', rule: 'drill' } });
    expect(grown(when(byMachine, found(at(40), { level: 'critical' })))).toEqual([{ at: at(40), why: 'level' }]);
  });

  it('says what was found before to nobody who took it since, and what is found after that again', () => {
    const waiting = when(first, found(at(2), { resources: ['b'] }));
    const taken = when(waiting, { type: 'Acknowledge', at: at(5), actor: lead });
    expect(grown(when(taken, found(at(6), { resources: ['b'] })))).toHaveLength(1);
    const after = when(taken, found(at(6), { resources: ['c'] }), found(at(7), { resources: ['d'] }));
    expect(after.grown).toEqual([
      { at: at(15), foundAt: at(2), why: 'resource' },
      { at: at(20), foundAt: at(6), why: 'resource', to: 'incident-lead' },
    ]);
    const said = when(waiting, { type: 'Acknowledge', at: at(16), actor: lead }, found(at(17), { resources: ['c'] }));
    expect(grown(said).at(-1)).toEqual({ at: at(76), why: 'resource', to: 'incident-lead' });
  });

  it('takes what a merged case knew as known', () => {
    const other = anIncident({ level: 'high', resources: ['b'] });
    const merged = when(first, { type: 'Absorb', at: at(20), other }, found(at(40), { resources: ['b'] }));
    expect(grown(merged)).toEqual([]);
  });
});

describe('a storm of the same', () => {
  const repeats = (from: number, n: number) => Array.from({ length: n }, (_, i) => found(at(from + i)));
  const taken = when(first, { type: 'Acknowledge', at: at(1), actor: lead });

  it('is counted once an hour for whoever works on it', () => {
    const [before, after] = [stormFrom - 1, stormFrom].map((n) => grown(when(taken, ...repeats(2, n))));
    expect(before).toEqual([]);
    expect(after).toEqual([{ at: at(61), why: 'more', to: 'incident-lead' }]);
    expect(grown(when(taken, ...repeats(2, 130))).map((one) => one.at)).toEqual([at(61), at(121), at(181)]);
  });

  it('is said by the calls themselves while nobody has taken it', () => {
    expect(grown(when(first, ...repeats(2, 130)))).toEqual([]);
  });

  it('is counted once a day where nobody is called', () => {
    const faint = { level: 'medium', nature: none, data: 'unlikely' } as const;
    const quiet = anIncident({ ...faint, nature: possible });
    const many = Array.from({ length: 40 }, (_, i) => found(at(i + 1), faint));
    expect(grown(when(quiet, ...many))).toEqual([{ at: hence(days(1)), why: 'more' }]);
  });

  it('begins to be counted anew after each word', () => {
    const told = when(taken, ...repeats(2, stormFrom), ...repeats(61, stormFrom - 1));
    expect(grown(told)).toHaveLength(1);
    expect(grown(when(told, found(at(90))))).toHaveLength(2);
    const called = when(taken, ...repeats(2, stormFrom - 1), found(at(20), { resources: ['b'] }), ...repeats(21, stormFrom - 1));
    expect(grown(called).map((one) => one.why)).toEqual(['resource']);
    const risen = when(taken, ...repeats(2, stormFrom - 1), found(at(20), { level: 'critical' }), ...repeats(21, stormFrom - 1));
    expect(grown(risen).map((one) => one.why)).toEqual(['level']);
  });
});

describe('an incident that an older version wrote', () => {
  it('grows from what is known of it', () => {
    const { calledAt: _called, ...old } = first;
    const bare = { ...old, findings: old.findings.map(({ resources: _resources, ...rest }) => rest) } as Incident;
    expect(grown(when(bare, found(at(10))))).toEqual([{ at: at(15), why: 'resource' }]);
    expect(aFinding().resources).toEqual([]);
  });
});
