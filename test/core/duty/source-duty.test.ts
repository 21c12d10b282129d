// Holds what is owed about a source: one duty for one silence, told once a day, ended by the next hearing, never by time.
import { describe, expect, it } from 'vitest';
import { type SourceState, gapDuty, isGap, silenceDuty, sourcePlan, unreadableDuty } from '#core/duty/source-duty.ts';
import type { Duty } from '#core/duty/duty.ts';
import { type Instant, days, hours, instantOf, minus, minutes, plus, seconds } from '#core/kernel/time.ts';

const now = instantOf(Date.UTC(2026, 10, 25, 9));
const state = (change: Partial<SourceState> = {}): SourceState => ({
  source: 'auth0',
  owner: 'solution-architect',
  heardAt: minus(now, hours(7)),
  expectedEvery: hours(6),
  unreadable: false,
  ...change,
});
const silence = (change: Partial<SourceState> = {}): Duty => {
  const duty = silenceDuty(state(change), now);
  if (!duty) throw new Error('nothing is owed');
  return duty;
};
const plan = (duty: Duty, change: Partial<SourceState> = {}, more: { at?: Instant; isRead?: boolean } = {}) =>
  sourcePlan(duty, state(change), { isRead: more.isRead ?? true, now: more.at ?? now });
const told = (duty: Duty, at: Instant): Duty => ({
  ...duty,
  state: 'SENT',
  sentAt: at,
  evidence: [{ at, channel: 'mail.x', via: 'provider' }],
});

describe('a silence', () => {
  it('is owed to the owner from the hour at which the source should have been heard', () => {
    expect(silence()).toMatchObject({
      v: 1,
      kind: 'heartbeat',
      state: 'OPEN',
      gen: 0,
      attempts: 0,
      evidence: [],
      subject: 'source:auth0',
      recipient: 'solution-architect',
      lane: 'page',
      deadlineAt: minus(now, hours(1)),
      nextAt: now,
      softAt: plus(now, minutes(15)),
      createdAt: now,
    });
    expect(silence()).not.toHaveProperty('incident');
  });

  it('is none before that hour, nor to the minute of it, nor where nothing is expected', () => {
    expect(silenceDuty(state({ heardAt: minus(now, hours(6)) }), now)).toBeUndefined();
    expect(silenceDuty(state({ heardAt: minus(minus(now, hours(6)), seconds(1)) }), now)).toBeDefined();
    const { expectedEvery: _, ...unexpected } = state();
    expect(silenceDuty(unexpected, now)).toBeUndefined();
  });

  it('is the same duty whenever it is found, and another one after the next hearing', () => {
    const later = silenceDuty(state(), plus(now, hours(3)));
    expect(later?.id).toBe(silence().id);
    expect(silence({ heardAt: minus(now, hours(8)) }).id).not.toBe(silence().id);
    expect(silence({ source: 'sshd' }).id).not.toBe(silence().id);
  });

  it('of a source that never came wakes at its hour', () => {
    const { heardAt: _, ...fresh } = state();
    const duty = silenceDuty(fresh, now);
    const due = plus(now, hours(6));
    expect(duty).toMatchObject({ kind: 'heartbeat', step: 'never heard', deadlineAt: due, nextAt: due, softAt: plus(due, minutes(15)) });
    if (!duty) throw new Error('nothing is owed');
    expect(sourcePlan(duty, fresh, { isRead: true, now: due })).toEqual({ do: 'tell', until: plus(due, minutes(15)) });
    expect(plan(duty, { heardAt: now })).toMatchObject({ do: 'end', ending: { state: 'DONE' } });
  });

  it('is told, looked at every quarter of an hour, and told again after a day', () => {
    const duty = silence();
    expect(plan(duty)).toEqual({ do: 'tell', until: plus(now, minutes(15)) });
    const sent = told(duty, now);
    expect(plan(sent, {}, { at: plus(now, hours(3)) })).toEqual({ do: 'wait', until: plus(now, hours(3.25)) });
    expect(plan(sent, {}, { at: plus(now, minutes(1_430)) })).toEqual({ do: 'wait', until: plus(now, days(1)) });
    expect(plan(sent, {}, { at: plus(now, days(1)) })).toMatchObject({ do: 'tell' });
    expect(plan(sent, {}, { at: plus(now, days(400)) })).toMatchObject({ do: 'tell' });
  });

  it('ends when the source is heard again, with the hour on record, and not by what was heard before', () => {
    expect(plan(silence(), { heardAt: plus(now, minutes(5)) })).toEqual({
      do: 'end',
      ending: { state: 'DONE', reason: 'heard again at 2026-11-25T09:05:00Z' },
    });
    expect(plan(silence(), { heardAt: minus(now, hours(7)) })).toMatchObject({ do: 'tell' });
    expect(plan(silence(), { heardAt: minus(now, hours(9)) })).toMatchObject({ do: 'tell' });
  });

  it('ends when nothing is expected of the source any more', () => {
    const { expectedEvery: _, ...unexpected } = state();
    expect(sourcePlan(silence(), unexpected, { isRead: true, now })).toEqual({
      do: 'end',
      ending: { state: 'CANCELLED', reason: 'nothing is expected of it any more' },
    });
  });
});

describe('events that can’t be read', () => {
  it('are a duty where they are many, another one each time', () => {
    expect(unreadableDuty(state(), 0, now)).toBeUndefined();
    const first = unreadableDuty(state({ unreadable: true }), 0, now);
    expect(first).toMatchObject({
      kind: 'config',
      step: 'unreadable 1',
      recipient: 'solution-architect',
      nextAt: now,
      deadlineAt: plus(now, days(1)),
    });
    expect(unreadableDuty(state({ unreadable: true }), 1, now)?.step).toBe('unreadable 2');
  });

  it('are over when all of them were read, whatever is heard', () => {
    const duty = unreadableDuty(state({ unreadable: true }), 0, now);
    if (!duty) throw new Error('nothing is owed');
    expect(plan(duty, { heardAt: plus(now, hours(1)) }, { isRead: false })).toMatchObject({ do: 'tell' });
    const { expectedEvery: _, ...unexpected } = state();
    expect(sourcePlan(duty, unexpected, { isRead: false, now })).toMatchObject({ do: 'tell' });
    expect(plan(duty)).toEqual({ do: 'end', ending: { state: 'DONE', reason: 'all of it was read' } });
  });
});

describe('events that a source left out', () => {
  const at = plus(now, hours(2));
  const duty = gapDuty(state(), now);

  it('are one duty a day, of its own kind', () => {
    expect(duty).toMatchObject({ kind: 'config', step: 'gap 2026-11-25', recipient: 'solution-architect', deadlineAt: plus(now, days(1)) });
    expect(gapDuty(state(), plus(now, hours(3))).id).toBe(duty.id);
    expect(isGap({ ...silence(), step: duty.step })).toBe(false);
    expect(gapDuty(state(), plus(now, days(1))).id).not.toBe(duty.id);
    expect([duty, silence(), unreadableDuty(state({ unreadable: true }), 0, now)].map((one) => one && isGap(one))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('are over when it was told and heard of after that, not by being read', () => {
    expect(plan(duty, { heardAt: plus(now, hours(1)) }, { isRead: true })).toMatchObject({ do: 'tell' });
    expect(plan(told(duty, at), { heardAt: at }, { isRead: true })).not.toMatchObject({ do: 'end' });
    expect(plan(told(duty, at), { heardAt: plus(at, minutes(1)) }, { isRead: false })).toEqual({
      do: 'end',
      ending: { state: 'DONE', reason: 'it delivers again' },
    });
  });
});
