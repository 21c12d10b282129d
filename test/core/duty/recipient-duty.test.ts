// Decides what is owed when controllers don't know of a recipient, and until when.
import { describe, expect, it } from 'vitest';
import { type NotedAll, type Recipient, notedNow } from '#core/directory/recipients.ts';
import { owedFor, recipientDuty, remindEvery } from '#core/duty/recipient-duty.ts';
import { dutyId, isOfHouse, recipientsSubject } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { days, hours, instantOf, plus, rfc3339 } from '#core/kernel/time.ts';

const now = instantOf(Date.UTC(2026, 10, 25, 9, 0, 0));
const since = rfc3339(now);
const one: Recipient = { key: 'sub-processor:mailer', name: fromConfiguration('Postfach'), told: 'a' };

it('management is owed a word at once, and each day', () => {
  const duty = recipientDuty(one, since, now);
  expect(duty).toMatchObject({ v: 1, subject: 'recipients:all', kind: 'directory', recipient: 'management', lane: 'page', state: 'OPEN' });
  expect([duty.nextAt, duty.createdAt, duty.deadlineAt, duty.softAt]).toEqual([now, now, plus(now, days(1)), plus(now, hours(1))]);
  expect([duty.gen, duty.attempts, duty.evidence, duty.head.seq]).toEqual([0, 0, [], 0]);
  expect(duty.step).toBe('sub-processor:mailer 2026-11-25T09:00:00Z');
  expect(duty.id).toBe(dutyId(recipientsSubject, 'directory', 'management', duty.step));
  expect([remindEvery, isOfHouse(duty.subject)]).toEqual([days(1), true]);
});

describe('the recipient that a duty is about', () => {
  const duty = recipientDuty(one, since, now);
  const noted = (owedSince: string | null): NotedAll => ({ [one.key]: { told: 'a', informedAt: null, owedSince } });

  it('is it while it is owed since then', () => {
    expect(owedFor(duty, [one], noted(since))).toBe(one);
    expect(owedFor(duty, [{ ...one, key: 'dpo' }, one], noted(since))).toBe(one);
  });

  it.each([
    ['they were told', [one], noted(null)],
    ['it changed again', [one], noted('2026-11-26T09:00:00Z')],
    ['nothing is noted of it', [one], {}],
    ['it is gone', [], noted(since)],
  ])('is none when %s', (_, recipients, all) => {
    expect(owedFor(duty, recipients, all)).toBeUndefined();
  });
});

describe('what is noted', () => {
  const note = (of: Partial<Recipient>, before: NotedAll | undefined, at = now) => notedNow([{ ...one, ...of }], before, at)[one.key];
  const later = plus(now, days(1));

  it('at first owes nothing', () => {
    expect(note({}, undefined)).toEqual({ told: 'a', informedAt: null, owedSince: null });
    expect(note({ informedAt: now }, undefined)).toEqual({ told: 'a', informedAt: now, owedSince: null });
  });

  it('of a new one owes a word, unless a day stands beside it', () => {
    expect(note({}, {})).toEqual({ told: 'a', informedAt: null, owedSince: since });
    expect(note({ informedAt: now }, {})).toEqual({ told: 'a', informedAt: now, owedSince: null });
  });

  it('of another one owes a word until a later day than before stands beside it', () => {
    const before: NotedAll = { [one.key]: { told: 'a', informedAt: now, owedSince: null } };
    const changed: NotedAll = { [one.key]: { told: 'b', informedAt: now, owedSince: since } };
    expect(note({ told: 'b', informedAt: now }, before)).toEqual(changed[one.key]);
    expect(note({ told: 'b', informedAt: now }, changed, later)).toEqual(changed[one.key]);
    expect(note({ told: 'b', informedAt: later }, changed, later)).toEqual({ told: 'b', informedAt: later, owedSince: null });
    expect(note({ told: 'b' }, before)).toEqual(changed[one.key]);
  });

  it('of one that stands as it stood takes a new day over, and owes nothing', () => {
    const before: NotedAll = { [one.key]: { told: 'a', informedAt: null, owedSince: null } };
    expect(note({ informedAt: later }, before)).toEqual({ told: 'a', informedAt: later, owedSince: null });
    expect(note({}, before)).toEqual(before[one.key]);
  });

  it('of one that changed twice counts from the last change', () => {
    const open: NotedAll = { [one.key]: { told: 'a', informedAt: null, owedSince: since } };
    expect(note({ told: 'c' }, open, later)).toEqual({ told: 'c', informedAt: null, owedSince: rfc3339(later) });
  });
});
