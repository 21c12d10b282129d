// Holds what people and rules may do to an incident in which state, and that every refusal says what would be right (D-4, D-5, P-7).
import { describe, expect, it } from 'vitest';
import { openIncident, releasedTo } from '#core/incident/decide.ts';
import { type Command, decide } from '#core/incident/decide.ts';
import type { Incident, IncidentEvent } from '#core/incident/incident.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { hours, instantOf, minutes } from '#core/kernel/time.ts';
import {
  aFinding,
  hence,
  anIncident,
  attach,
  caseId,
  confirm,
  idKey,
  lead,
  likely,
  named,
  none,
  possible,
  refusal,
  t0,
  when,
} from '../given.ts';

const suspected = (): Incident => anIncident({ controllers: ['museum', 'theatre'] });
const open = (): Incident => anIncident({ nature: possible });
const refute = (evidence = 'The export was empty; the access log is whole.'): Command => ({
  type: 'Refute',
  at: hence(hours(1)),
  evidence,
  actor: lead,
});
const close: Command = { type: 'Close', at: hence(hours(9)), actor: lead, reason: 'all done' };
const contain: Command = { type: 'Contain', at: hence(hours(3)), actor: lead };
const acknowledge: Command = { type: 'Acknowledge', at: hence(minutes(10)), actor: lead };
const release: Command = { type: 'Release', at: hence(hours(2)), actor: lead };
const confirmed = (): Incident => when(suspected(), confirm({ at: hence(hours(1)) }));
const contained = (): Incident => when(confirmed(), contain);
const refuted = (): Incident => when(suspected(), refute());
const closed = (): Incident => when(suspected(), close);
const typesOf = (incident: Incident, command: Command): readonly IncidentEvent['type'][] => {
  const decided = decide(command, incident);
  return decided.ok ? decided.value.map((event) => event.type) : [];
};

describe('opening', () => {
  it('suspects a breach when the first finding says so, by the rule', () => {
    const events = openIncident(caseId, t0, aFinding(), []);
    expect(events.map((event) => event.type)).toEqual(['IncidentOpened', 'BreachSuspected']);
    expect(events[1]).toMatchObject({ at: t0, actor: { by: 'machine', rule: 'archive_read' }, why: 'rule' });
    expect(suspected()).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', suspectedAt: t0, openedAt: t0 });
  });

  it.each([
    ['possible loss of likely personal data', { nature: possible }, 'breach-assessment'],
    ['sure loss where personal data is unlikely', { nature: likely, data: 'unlikely' as const }, 'security-incident'],
    ['a grave rule without a shown loss', { nature: none }, 'security-incident'],
    ['a mild rule without a shown loss', { nature: none, level: 'medium' as const }, 'none'],
  ])('leaves %s open', (_what, given, outcome) => {
    expect(anIncident(given)).toMatchObject({ state: 'open', outcome });
    expect(anIncident(given)).not.toHaveProperty('suspectedAt');
  });
});

describe('a further finding', () => {
  it('raises an open incident to a suspicion, at the hour it came', () => {
    const risen = when(open(), attach(hence(hours(1)), { rule: 'bulk_export' }));
    expect(risen).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', suspectedAt: hence(hours(1)) });
  });

  it('leaves the hour of an earlier suspicion alone', () => {
    const more = when(suspected(), attach(hence(hours(1)), { rule: 'bulk_export' }));
    expect(more.suspectedAt).toBe(t0);
    expect(typesOf(suspected(), attach(hence(hours(1))))).toEqual(['FindingAttached']);
  });

  it('does not lower what the policy made a suspicion', () => {
    const asked = when(
      open(),
      { type: 'Suspect', at: hence(hours(4)), actor: lead, why: 'unanswered' },
      attach(hence(hours(5)), { rule: 'other', nature: possible }),
    );
    expect(asked).toMatchObject({ state: 'suspected', outcome: 'suspected-breach' });
  });

  it('does not reopen what people confirmed or refuted, but names further controllers', () => {
    const more = attach(hence(hours(5)), { rule: 'other', controllers: ['library'] });
    expect(when(confirmed(), more)).toMatchObject({
      state: 'confirmed',
      outcome: 'confirmed-breach',
      controllers: ['library', 'museum', 'theatre'],
    });
    expect(when(refuted(), more)).toMatchObject({ state: 'refuted', outcome: 'refuted' });
  });

  it('starts a clock of its own for a controller that came later (P-7)', () => {
    const more = when(confirmed(), attach(hence(hours(70)), { rule: 'other', controllers: ['library'] }));
    expect(more.controllersAt).toEqual({ museum: t0, theatre: t0, library: hence(hours(70)) });
  });
});

describe('suspecting', () => {
  it('needs an open incident', () => {
    const suspect: Command = { type: 'Suspect', at: hence(hours(1)), actor: lead, why: 'a call' };
    expect(when(open(), suspect)).toMatchObject({ state: 'suspected', suspectedAt: hence(hours(1)) });
    expect(refusal(suspected(), suspect)).toEqual({ kind: 'already', message: 'This incident was decided on already.' });
  });
});

describe('acknowledging', () => {
  it('keeps the first who took it', () => {
    expect(when(suspected(), acknowledge).ack).toEqual({ at: hence(minutes(10)), actor: lead });
    expect(refusal(when(suspected(), acknowledge), acknowledge)).toEqual({
      kind: 'already',
      message: 'Somebody took this incident already.',
    });
  });
});

describe('confirming', () => {
  it('keeps since when it was known, apart from when it was said', () => {
    const known = when(suspected(), confirm({ at: hence(hours(3)), since: hence(hours(1)) }));
    expect(known).toMatchObject({
      state: 'confirmed',
      outcome: 'confirmed-breach',
      aware: { at: hence(hours(1)), decidedAt: hence(hours(3)), actor: lead },
    });
  });

  it('releases to every controller when the policy says so', () => {
    const known = when(suspected(), confirm({ at: hence(hours(1)), release: true }));
    expect(known.releases.map(({ controller, as }) => [controller, as])).toEqual([
      ['museum', 'confirmed'],
      ['theatre', 'confirmed'],
    ]);
    expect(confirmed().releases).toEqual([]);
  });

  it('releases nothing where no controller is known', () => {
    const unknown = anIncident({ controllers: [], unidentified: true });
    expect(typesOf(unknown, confirm({ at: hence(hours(1)), release: true }))).toEqual(['BreachConfirmed']);
  });

  it('is possible after a refutation', () => {
    expect(when(refuted(), confirm({ at: hence(hours(5)) })).outcome).toBe('confirmed-breach');
  });

  it('refuses an hour in the future', () => {
    expect(refusal(suspected(), confirm({ at: t0, since: hence(minutes(1)) }))).toEqual({
      kind: 'invalid',
      field: 'since',
      message: 'Nobody can have known it after now (2026-03-13T21:00:00Z). Give an earlier time.',
    });
  });

  it('refuses to leave out how it became certain', () => {
    expect(refusal(suspected(), { ...confirm({ at: hence(hours(1)) }), how: ' ' } as Command)).toEqual({
      kind: 'invalid',
      field: 'how',
      message: 'Say how it became certain: who saw what.',
    });
  });

  it('refuses an hour that is none, and never takes it for now', () => {
    for (const since of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(refusal(suspected(), confirm({ at: hence(hours(1)), since: instantOf(since) }))).toEqual({
        kind: 'invalid',
        field: 'since',
        message: 'Give the time as a date and a time of day, UTC.',
      });
  });

  // P-7: awareness is not a click.
  it('asks for a reason where somebody here saw it earlier', () => {
    const seen = when(suspected(), acknowledge);
    const late = confirm({ at: hence(hours(2)) });
    expect(refusal(seen, late)).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'It was known here at 2026-03-13T21:10:00Z. A later time of awareness needs a reason.',
    });
    expect(refusal(seen, { ...late, reason: '  ' } as Command)).toMatchObject({ field: 'reason' });
    expect(when(seen, confirm({ at: hence(hours(2)), since: hence(minutes(10)) })).aware?.at).toBe(hence(minutes(10)));
  });

  it('takes a later hour with a reason, which goes on record', () => {
    const seen = when(suspected(), acknowledge);
    const decided = decide({ ...confirm({ at: hence(hours(2)) }), reason: 'Until then it looked like a test.' } as Command, seen);
    expect(decided.ok && decided.value[0]).toMatchObject({ type: 'BreachConfirmed', lateReason: 'Until then it looked like a test.' });
  });

  it('is final, and closed where the incident is', () => {
    for (const one of [confirmed(), contained()])
      expect(refusal(one, confirm({ at: hence(hours(5)) }))).toEqual({ kind: 'already', message: 'This breach is confirmed already.' });
    expect(refusal(closed(), confirm({ at: hence(hours(10)) }))).toMatchObject({
      kind: 'wrong-state',
      message: expect.stringContaining('closed'),
    });
  });
});

describe('refuting', () => {
  it('needs evidence, not a click (R-606)', () => {
    expect(when(suspected(), refute())).toMatchObject({
      state: 'refuted',
      outcome: 'refuted',
      refuted: { at: hence(hours(1)), actor: lead },
    });
    expect(when(open(), refute()).state).toBe('refuted');
    for (const thin of ['', 'false alarm', `${' '.repeat(40)}no`])
      expect(refusal(suspected(), refute(thin))).toEqual({
        kind: 'invalid',
        field: 'evidence',
        message: 'Say what shows that nothing was compromised, and which logs cover the time (at least 20 characters).',
      });
  });

  it('takes twenty characters for a sentence', () => {
    expect(when(suspected(), refute(` ${'x'.repeat(20)} `)).state).toBe('refuted');
    expect(refusal(suspected(), refute('x'.repeat(19)))).toMatchObject({ field: 'evidence' });
  });

  it('is refused once a breach is confirmed, refuted or closed', () => {
    for (const one of [confirmed(), contained()])
      expect(refusal(one, refute())).toMatchObject({ kind: 'wrong-state', message: expect.stringContaining('withdrawn') });
    expect(refusal(refuted(), refute())).toEqual({ kind: 'already', message: 'This incident is refuted already.' });
    expect(refusal(closed(), refute())).toEqual({ kind: 'wrong-state', message: 'This incident is closed.' });
  });
});

describe('releasing', () => {
  it('lets suspected notices go before, and confirmed ones after the confirmation', () => {
    const told = when(suspected(), release);
    expect([...releasedTo(told, 'suspected')]).toEqual(['museum', 'theatre']);
    const again = when(told, confirm({ at: hence(hours(3)) }), { ...release, at: hence(hours(3)) });
    expect([...releasedTo(again, 'confirmed')]).toEqual(['museum', 'theatre']);
    expect(refusal(again, release)).toEqual({ kind: 'already', message: "Every affected controller's notice is released already." });
  });

  it('lets confirmed notices go when the breach is contained', () => {
    expect([...releasedTo(when(contained(), { ...release, at: hence(hours(4)) }), 'confirmed')]).toEqual(['museum', 'theatre']);
  });

  it('goes to the controllers asked for, never to one that is not affected', () => {
    const told = when(suspected(), { ...release, controllers: [named('museum'), named('library')] });
    expect(told.releases.map((r) => r.controller)).toEqual(['museum']);
    expect(refusal(suspected(), { ...release, controllers: [named('library')] }).kind).toBe('already');
  });

  it('is refused where nothing is suspected', () => {
    for (const one of [open(), refuted(), closed()])
      expect(refusal(one, release)).toEqual({
        kind: 'wrong-state',
        message: 'There is nothing to release: no breach is suspected or confirmed here.',
      });
  });
});

describe('advising, containing, closing', () => {
  it('keeps advice in any state, but not an empty one', () => {
    const advise: Command = { type: 'Advise', at: hence(hours(1)), text: 'Inform them.' };
    const again: Command = { ...advise, at: hence(hours(2)), text: 'Inform the authority too.' };
    expect(when(refuted(), advise, again).advice).toEqual([
      { at: hence(hours(1)), text: 'Inform them.' },
      { at: hence(hours(2)), text: 'Inform the authority too.' },
    ]);
    expect(refusal(suspected(), { ...advise, text: ' ' })).toEqual({ kind: 'invalid', field: 'text', message: 'Write the advice.' });
  });

  it('contains a confirmed breach only', () => {
    expect(contained()).toMatchObject({
      state: 'contained',
      outcome: 'confirmed-breach',
      containedAt: hence(hours(3)),
      aware: { at: hence(hours(1)) },
    });
    for (const one of [open(), suspected(), refuted(), contained()])
      expect(refusal(one, contain)).toEqual({ kind: 'wrong-state', message: 'Only a confirmed breach can be contained.' });
  });

  it('closes once', () => {
    expect(closed()).toMatchObject({ state: 'closed', closedAt: hence(hours(9)), reason: 'all done' });
    expect(refusal(closed(), close)).toEqual({ kind: 'already', message: 'This incident is closed already.' });
    const other = incidentId(idKey, 'other', 1);
    expect(when(suspected(), { ...close, mergedInto: other })).toMatchObject({ mergedInto: other });
    const decided = decide(close, suspected());
    expect(decided.ok && decided.value[0]).not.toHaveProperty('mergedInto');
    expect(closed()).not.toHaveProperty('mergedInto');
  });
});

describe('a refusal', () => {
  it('names a field only where one is wrong', () => {
    expect(refusal(suspected(), contain)).not.toHaveProperty('field');
    expect(refusal(suspected(), refute(''))).toHaveProperty('field', 'evidence');
  });

  // I-43: what a later version writes is not processed by this one, and not passed over in silence either.
  it('is loud where the command is of a later version', () => {
    expect(() => decide({ type: 'Forget', at: t0 } as never, suspected())).toThrow('unreachable');
  });
});
