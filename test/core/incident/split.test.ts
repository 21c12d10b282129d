// Holds what a split makes of a case: each part with its own findings, controllers and words, by the times of the whole (P-14).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awareFor, suspectedFor } from '#core/clock/deadline.ts';
import { owed } from '#core/duty/owed.ts';
import { releasedTo } from '#core/incident/decide.ts';
import type { Incident, Release } from '#core/incident/incident.ts';
import { mergeOf } from '#core/incident/merge.ts';
import { liveReleases } from '#core/incident/scope.ts';
import { type Splitting, splitOf } from '#core/incident/split.ts';
import { type SignalId, incidentId, reference } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { incidentFault } from '#core/register/standing.ts';
import {
  aConfiguration,
  aController,
  aSignal,
  anIncident,
  attach,
  caseId,
  confirm,
  folded,
  hence,
  idKey,
  lead,
  likely,
  named,
  none,
  possible,
  t0,
  when,
} from '../given.ts';

const partId = incidentId(idKey, `split:${caseId}`, 1);
const everybody = ['library', 'museum', 'theatre'];

/** Two findings: the archive of all three, the export of the theatre alone. */
const whole = (members: Readonly<Record<string, readonly string[]>> = { archive_read: ['sig-1'], bulk_export: ['sig-2'] }): Incident => {
  const incident = when(
    anIncident({ controllers: everybody, signals: [aSignal(1)] }),
    attach(hence(minutes(5)), { rule: 'bulk_export', controllers: ['theatre'], assets: ['box'] }, [aSignal(2, hence(minutes(5)))]),
  );
  const withMembers = incident.findings.map((finding) => ({
    ...finding,
    members: (members[finding.rule.name] ?? []) as readonly SignalId[],
  }));
  return { ...incident, findings: withMembers };
};

type Given = { readonly rules?: readonly string[]; readonly controllers?: readonly string[] } & Partial<
  Pick<Splitting, 'reason' | 'hasLeft'>
>;
const asked = ({ rules = [], controllers = [], ...more }: Given): Splitting => ({
  at: hence(hours(6)),
  actor: lead,
  reason: 'Two doors, two stories.',
  part: { rules, controllers: controllers.map(named) },
  into: partId,
  hasLeft: () => true,
  ...more,
});

const split = (incident: Incident, given: Given): { readonly rest: Incident; readonly part: Incident } => {
  const done = splitOf(incident, asked(given));
  if (!done.ok) throw new Error(done.error.message);
  return { rest: folded(incident, done.value.stays), part: folded(undefined, done.value.goes) };
};
const released: Parameters<typeof when>[1] = { type: 'Release', at: hence(hours(2)), actor: lead };
const rulesOf = ({ findings }: Incident): readonly string[] => findings.map(({ rule }) => rule.name);
const touchedIn = ({ findings }: Incident) => Object.fromEntries(findings.map(({ rule, touched }) => [rule.name, touched]));

describe('a split by controllers', () => {
  it('takes of each finding what touches them, and leaves the rest', () => {
    const { rest, part } = split(whole(), { controllers: ['theatre'] });
    expect(touchedIn(part)).toEqual({ archive_read: ['theatre'], bulk_export: ['theatre'] });
    expect(touchedIn(rest)).toEqual({ archive_read: ['library', 'museum'] });
    expect([part.controllers, rest.controllers]).toEqual([['theatre'], ['library', 'museum']]);
  });

  it('shares the signals of a finding that touches both, and moves those of one that does not', () => {
    const { rest, part } = split(whole(), { controllers: ['theatre'] });
    expect(part.signals.map(({ id }) => id)).toEqual(['sig-1', 'sig-2']);
    expect(rest.signals.map(({ id }) => id)).toEqual(['sig-1']);
    expect([part.signalCount, rest.signalCount]).toEqual([2, 1]);
  });

  it('rests on the signals of the whole where nobody knows which are its', () => {
    const { rest, part } = split(whole({}), { controllers: ['theatre'] });
    expect([part.signals.length, rest.signals.length]).toEqual([2, 2]);
    expect([part.signalCount, rest.signalCount]).toEqual([2, 2]);
  });

  it('keeps one there of whom another finding of the rest speaks, and says that both references hold', () => {
    const told = when(whole(), released);
    const { rest, part } = split(told, { rules: ['bulk_export'], controllers: ['theatre'] });
    expect([part.controllers, rest.controllers]).toEqual([['theatre'], everybody]);
    expect(part.splitFrom).toMatchObject({ told: ['theatre'], both: ['theatre'] });
    expect([...releasedTo(rest, 'suspected')]).toEqual(everybody);
  });

  it('takes one whom people named with the findings that they choose', () => {
    const named1 = when(
      anIncident({ controllers: [], unidentified: true }),
      attach(hence(minutes(1)), { rule: 'bulk_export', controllers: ['museum'] }),
      {
        type: 'Identify',
        at: hence(hours(1)),
        actor: lead,
        controllers: [named('library')],
        reason: 'Their number.',
      },
    );
    const { rest, part } = split(named1, { rules: ['archive_read'], controllers: ['library'] });
    expect([part.controllers, rest.controllers]).toEqual([['library'], ['museum']]);
    expect(part.controllersAt).toEqual({ library: hence(hours(1)) });
    expect([rulesOf(part), rulesOf(rest)]).toEqual([['archive_read'], ['archive_read', 'bulk_export']]);
    expect(part.unidentified).toBe(false);
  });
});

describe('a split by findings', () => {
  it('takes them whole, with whom they touch', () => {
    const { rest, part } = split(whole(), { rules: ['bulk_export'] });
    expect([rulesOf(part), rulesOf(rest)]).toEqual([['bulk_export'], ['archive_read']]);
    expect([part.controllers, rest.controllers]).toEqual([['theatre'], everybody]);
    expect(part).toMatchObject({ occurredFrom: hence(minutes(5)), occurredTo: hence(minutes(5)), title: 'Title of bulk_export' });
  });

  it('lets go whom nothing of the rest touches', () => {
    const { rest, part } = split(whole(), { rules: ['archive_read'] });
    expect([part.controllers, rest.controllers]).toEqual([everybody, ['theatre']]);
    expect(Object.keys(rest.controllersAt)).toEqual(['theatre']);
  });

  it('takes an open question with the finding that asks it', () => {
    const unknown = when(anIncident(), attach(hence(minutes(5)), { rule: 'bulk_export', controllers: [], unidentified: true }));
    const moved = split(unknown, { rules: ['bulk_export'] });
    expect([moved.part.unidentified, moved.rest.unidentified]).toEqual([true, false]);
    const kept = split(unknown, { rules: ['archive_read'] });
    expect([kept.part.unidentified, kept.rest.unidentified]).toEqual([false, true]);
  });

  it('is no suspicion where it is about nobody and shows nothing', () => {
    const harmless = when(anIncident(), attach(hence(minutes(5)), { rule: 'scan', nature: none, controllers: [], level: 'low' }));
    expect(split(harmless, { rules: ['scan'] }).part).toMatchObject({ state: 'open', outcome: 'none', controllers: [] });
    const asks = when(anIncident(), attach(hence(minutes(5)), { rule: 'scan', nature: possible, controllers: [] }));
    expect(split(asks, { rules: ['scan'] }).part).toMatchObject({ state: 'suspected', suspectedAt: t0 });
  });
});

describe('what people had decided of the whole', () => {
  it('is decided of a part that concerns anybody, and of no other', () => {
    const shows = { nature: likely, controllers: [], level: 'low' } as const;
    const several = when(
      whole(),
      attach(hence(minutes(6)), { rule: 'scan', nature: none, controllers: [], level: 'low' }),
      attach(hence(minutes(7)), { rule: 'leak', ...shows }),
    );
    const aware = when(several, confirm({ at: hence(hours(4)) }));
    expect(split(aware, { rules: ['scan'] }).part.state).toBe('open');
    expect(split(aware, { rules: ['leak'] }).part.state).toBe('confirmed');
    expect(split(aware, { rules: ['bulk_export'] }).part.state).toBe('confirmed');
    const open = when(anIncident({ nature: possible }), attach(hence(minutes(5)), { rule: 'mild', nature: possible }));
    expect(open.state).toBe('open');
    expect(split(open, { rules: ['mild'] }).part.state).toBe('open');
  });

  it('says of a part whose suspicion it is, and where a controller of the whole went', () => {
    const done = splitOf(whole(), asked({ controllers: ['theatre'] }));
    expect(done.ok && done.value.goes[1]).toEqual({ type: 'BreachSuspected', at: hence(hours(6)), actor: lead, why: 'split' });
    expect(split(whole(), { controllers: ['theatre'] }).rest.ruledOut).toMatchObject([
      { reason: `goes on as ${reference(partId)}`, since: { theatre: t0 } },
    ]);
  });

  it('of who is affected is taken along, for those of the part', () => {
    const answered = { ...whole(), scope: { nth: 2, at: t0, about: everybody.map(named) } };
    expect(split(answered, { controllers: ['theatre'] }).part.scope).toEqual({ nth: 2, at: t0, about: ['theatre'] });
    expect(split(whole(), { controllers: ['theatre'] }).part).not.toHaveProperty('scope');
  });

  it('stays ruled out, and stays asked: a later sign of the same rule brings nobody back', () => {
    const reason = 'The logs of the whole time show nobody of theirs in it.';
    const narrowed = when(whole(), { type: 'Narrow', at: hence(hours(1)), actor: lead, controllers: [named('museum')], reason });
    const { part } = split({ ...narrowed, identifiedAt: t0 }, { rules: ['archive_read'] });
    expect(part).toMatchObject({ identifiedAt: t0, ruledOut: [{ reason, since: { museum: t0 } }] });
    const again = attach(hence(hours(7)), { rule: 'archive_read', controllers: everybody, assets: ['archive'] }, []);
    expect(when(part, again).controllers).not.toContain('museum');
    const { part: unasked } = split(whole(), { rules: ['archive_read'] });
    expect(unasked).not.toHaveProperty('ruledOut');
    expect(unasked).not.toHaveProperty('identifiedAt');
  });

  it('keeps an open question open in the rest that asks it too', () => {
    const asks = when(
      anIncident({ unidentified: true }),
      attach(hence(minutes(5)), { rule: 'bulk_export', controllers: [], unidentified: true }),
      attach(hence(minutes(6)), { rule: 'scan', controllers: ['museum'] }),
    );
    const { rest, part } = split(asks, { rules: ['bulk_export', 'scan'] });
    expect([rest.unidentified, part.unidentified]).toEqual([true, true]);
  });

  it('tells who was told under both, and who under one', () => {
    const told = when(whole(), released);
    const { part } = split(told, { rules: ['archive_read'] });
    expect(part.splitFrom).toMatchObject({ told: everybody, both: ['theatre'] });
  });
});

describe('the times', () => {
  it('of a part are those of the whole', () => {
    const { part } = split(when(whole(), { type: 'Acknowledge', at: hence(minutes(3)), actor: lead }), { controllers: ['theatre'] });
    expect(part).toMatchObject({ state: 'suspected', openedAt: t0, suspectedAt: t0, ack: { at: hence(minutes(3)) } });
    expect(part.controllersAt).toEqual({ theatre: t0 });
  });

  it('of an awareness are those at which it was, and was decided: who came later has a clock of its own', () => {
    const late: Parameters<typeof when>[1] = {
      type: 'Identify',
      at: hence(hours(5)),
      actor: lead,
      controllers: [named('opera')],
      reason: 'x',
    };
    const aware = when(whole(), confirm({ at: hence(hours(4)), since: hence(hours(1)) }), late);
    const { part } = split(aware, { rules: ['archive_read'], controllers: ['theatre', 'opera'] });
    expect(part).toMatchObject({ state: 'confirmed', aware: { at: hence(hours(1)), decidedAt: hence(hours(4)), actor: lead } });
    expect(awareFor(part, aController('theatre'))).toBe(hence(hours(1)));
    expect(awareFor(part, aController('opera'))).toBe(hence(hours(5)));
  });

  it('of a hold are the same, and what is contained stays so', () => {
    const by = {
      type: 'Hold',
      at: hence(hours(4)),
      by: lead.by === 'person' ? lead.person : never(),
      reason: 'court order',
      until: hence(hours(5)),
      atMost: hours(2),
      term: hence(hours(24)),
    } as const;
    const held = when(whole(), confirm({ at: hence(hours(4)) }), by, { type: 'Contain', at: hence(hours(5)), actor: lead });
    expect(split(held, { controllers: ['theatre'] }).part).toMatchObject({ state: 'contained', hold: { until: hence(hours(5)) } });
  });

  it('of what the house does with it begin with the split, not ten hours before', () => {
    const { part } = split(whole(), { controllers: ['theatre'] });
    const due = owed(part, aConfiguration(), hence(hours(6)));
    expect(due.find(({ kind }) => kind === 'ticket')?.deadlineAt).toBe(hence(hours(10)));
    expect(due.find(({ kind }) => kind === 'release')?.deadlineAt).toBe(hence(hours(4)));
  });
});

describe('what was told', () => {
  it('stays told under the first reference, and each of them learns the new one, once', () => {
    const { rest, part } = split(when(whole(), released), { controllers: ['theatre'] });
    expect(part.releases.map(({ controller, under }) => [controller, under])).toEqual([['theatre', caseId]]);
    expect(liveReleases(rest).map(({ controller }) => controller)).toEqual(['library', 'museum']);
    const of = (incident: Incident) =>
      owed(incident, aConfiguration(), hence(hours(7))).flatMap(({ kind, recipient, deadlineAt }) =>
        kind === 'update' || kind === 'notice' ? [[kind, recipient, deadlineAt]] : [],
      );
    expect(of(part)).toEqual([['update', 'theatre', hence(hours(10))]]);
    expect(of(rest).map(([kind, recipient]) => [kind, recipient])).toEqual([
      ['notice', 'library'],
      ['notice', 'museum'],
    ]);
  });

  it('is owed by the part where it was let go and has not left', () => {
    const left = (release: Release): boolean => release.controller !== 'theatre';
    const { part } = split(when(whole(), released), { controllers: ['museum', 'theatre'], hasLeft: left });
    expect(part.splitFrom?.told).toEqual(['museum']);
    const due = owed(part, aConfiguration(), hence(hours(7)));
    expect(due.flatMap(({ kind, recipient }) => (kind === 'notice' ? [recipient] : []))).toEqual(['theatre']);
  });

  it('of how many people are affected goes with whose people they are', () => {
    const count = { at: t0, actor: lead, count: { min: 1, best: 2, max: 3 } } as unknown as NonNullable<Incident['dataSubjects']>[string];
    const { part } = split({ ...whole(), dataSubjects: { theatre: count, museum: count } }, { controllers: ['theatre'] });
    expect(part.dataSubjects).toEqual({ theatre: count });
    expect(split(whole(), { controllers: ['theatre'] }).part).not.toHaveProperty('dataSubjects');
  });

  it('is held back there as it was here', () => {
    const kept = when(whole(), {
      type: 'HoldByPolicy',
      at: hence(hours(24)),
      controllers: ['library', 'theatre'].map(named),
      rule: 'hold',
    });
    const { rest, part } = split(kept, { controllers: ['theatre'] });
    expect([part.heldByPolicy, rest.heldByPolicy]).toEqual([['theatre'], ['library']]);
  });
});

describe('each part', () => {
  it('is borne by its own chain, under the name of who split it', () => {
    for (const before of [whole(), when(whole(), confirm({ at: hence(hours(4)) }))]) {
      const done = splitOf(before, asked({ controllers: ['theatre'] }));
      if (!done.ok) throw new Error('refused');
      const { incident, entries } = recordEvents(undefined, done.value.goes);
      expect(entries[0]).toMatchObject({
        chain: partId,
        type: 'IncidentSplitOff',
        actor: 'person:incident-lead:lena',
        data: { from: caseId },
      });
      expect(incidentFault(incident, entries)).toBeUndefined();
      expect(recordEvents(before, done.value.stays).entries[0]).toMatchObject({
        actor: 'person:incident-lead:lena',
        data: { into: partId },
      });
    }
  });

  it('is the other again after a merge: the first goes on, with everybody and every word', () => {
    const told = when(whole(), released);
    const { rest, part } = split(told, { controllers: ['theatre'] });
    for (const pair of [
      [rest, part],
      [part, rest],
    ] as const) {
      const back = mergeOf(...pair, { at: hence(hours(8)), actor: lead, reason: 'One story after all.' });
      if (!back.ok) throw new Error(back.error.message);
      const one = folded(back.value.survivor.incident, back.value.survivor.events);
      expect(one).toMatchObject({ id: caseId, controllers: everybody, controllersAt: told.controllersAt });
      expect([...releasedTo(one, 'suspected')].toSorted()).toEqual(everybody);
    }
  });
});

describe('a split is refused', () => {
  const why = (incident: Incident, given: Given) => {
    const done = splitOf(incident, asked(given));
    return done.ok ? undefined : done.error;
  };
  it.each([
    ['without a reason', whole(), { controllers: ['theatre'], reason: ' ' }, 'reason', 'Say why this part is a case of its own.'],
    ['of nothing', whole(), {}, 'part', 'Choose the findings or the controllers that go on by themselves.'],
    ['of everybody', whole(), { controllers: everybody }, 'part', 'That is the whole case: nothing would be left of it.'],
    [
      'of a controller of no finding',
      when(whole(), { type: 'Identify', at: t0, actor: lead, controllers: [named('opera')], reason: 'x' }),
      { controllers: ['opera'] },
      'part',
      'People named this controller: choose the findings that it is about, too.',
    ],
    ['of a stranger', whole(), { controllers: ['opera'] }, 'part', 'Choose findings and controllers of this case only.'],
    ['of a rule that is not in it', whole(), { rules: ['scan'] }, 'part', 'Choose findings and controllers of this case only.'],
    [
      'of findings that do not touch these',
      whole(),
      { rules: ['bulk_export'], controllers: ['museum'] },
      'part',
      'None of these findings touches these controllers.',
    ],
  ] as const)('%s', (_, incident, given, field, message) => {
    expect(why(incident, given)).toEqual({ kind: 'invalid', field, message });
  });

  it('where the case is over', () => {
    const refuted = when(whole(), {
      type: 'Refute',
      at: hence(hours(2)),
      actor: lead,
      evidence: 'The export was empty; the log is whole.',
    });
    const closed = when(whole(), { type: 'Close', at: hence(hours(2)), actor: lead, reason: 'archived' });
    for (const over of [refuted, closed])
      expect(why(over, { controllers: ['theatre'] })).toEqual({
        kind: 'wrong-state',
        message: 'This case is over: there is nothing to split.',
      });
  });
});

describe('whatever is split and merged', () => {
  type Step = { readonly split: boolean; readonly pick: number; readonly chosen: readonly string[]; readonly release: boolean };
  const step = fc.record({
    split: fc.boolean(),
    pick: fc.nat(9),
    chosen: fc.uniqueArray(fc.constantFrom(...everybody), { minLength: 1 }),
    release: fc.boolean(),
  });

  const split1 = (cases: Incident[], { pick, chosen }: Step, n: number): void => {
    const one = cases[pick % cases.length] as Incident;
    const into = incidentId(idKey, `split:${one.id}`, n + 10);
    const done = splitOf(one, { ...asked({ controllers: chosen }), at: hence(hours(n + 1)), into });
    if (!done.ok) return;
    cases.splice(cases.indexOf(one), 1, folded(one, done.value.stays), folded(undefined, done.value.goes));
  };
  const merge1 = (cases: Incident[], { pick }: Step, n: number): void => {
    const [one, other] = [cases[pick % cases.length] as Incident, cases[(pick + 1) % cases.length] as Incident];
    const done = mergeOf(one, other, { at: hence(hours(n + 1)), actor: lead, reason: 'One story.' });
    if (!done.ok) return;
    const { incident, events } = done.value.survivor;
    cases.splice(0, cases.length, ...cases.filter((each) => each !== one && each !== other), folded(incident, events));
  };

  const release1 = (cases: Incident[], { pick }: Step, n: number): void => {
    const one = cases[pick % cases.length] as Incident;
    const isOpen = one.controllers.some((id) => !releasedTo(one, 'suspected').has(id));
    if (isOpen) cases.splice(cases.indexOf(one), 1, when(one, { type: 'Release', at: hence(hours(n + 1)), actor: lead }));
  };
  const played = (steps: readonly Step[]): readonly Incident[] => {
    const cases = [whole()];
    for (const [n, one] of steps.entries()) {
      (one.split ? split1 : merge1)(cases, one, n);
      if (one.release) release1(cases, one, n);
    }
    return cases;
  };
  /** Let go here, under this reference, and not taken elsewhere. */
  const ownWords = (one: Incident, id: string) =>
    liveReleases(one).filter(({ controller, under }) => controller === id && under === undefined).length;

  it('drops no controller, moves no clock later, and lets nobody be told the same twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const cases = played(steps);
        expect(new Set(cases.flatMap(({ controllers }) => controllers))).toEqual(new Set(everybody));
        for (const one of cases)
          for (const id of one.controllers) {
            expect(suspectedFor(one, aController(id))).toBe(t0);
            expect(Object.values(touchedIn(one)).flat(), id).toContain(id);
            expect(ownWords(one, id)).toBeLessThanOrEqual(1);
          }
      }),
      { numRuns: 200 },
    );
  });
});

const never = (): never => {
  throw new Error('the lead is a person');
};
