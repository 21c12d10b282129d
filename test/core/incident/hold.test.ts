// Holds that a confirmed notice is held by a named person only, with a reason, for two hours, never past the term (D-5, P-6).
import { describe, expect, it } from 'vitest';
import type { Command } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { personId } from '#core/kernel/ids.ts';
import { durationOf, hours } from '#core/kernel/time.ts';
import { anIncident, confirm, hence, lead, named, possible, refusal, when } from '../given.ts';

const suspected = (): Incident => anIncident({ controllers: ['museum', 'theatre'] });
const open = (): Incident => anIncident({ nature: possible });
const confirmed = (): Incident => when(suspected(), confirm({ at: hence(hours(1)) }));
const refuted = (): Incident =>
  when(suspected(), { type: 'Refute', at: hence(hours(1)), evidence: 'The export was empty; the access log is whole.', actor: lead });

describe('holding', () => {
  const hold = (more: Partial<Extract<Command, { type: 'Hold' }>> = {}): Command => ({
    type: 'Hold',
    at: hence(hours(2)),
    reason: 'A written order of the court, 12 Gs 34/26.',
    until: hence(hours(4)),
    by: personId('lena'),
    atMost: hours(2),
    term: hence(hours(24)),
    ...more,
  });

  it('keeps who, why and until when', () => {
    expect(when(confirmed(), hold()).hold).toEqual({
      by: 'lena',
      reason: 'A written order of the court, 12 Gs 34/26.',
      at: hence(hours(2)),
      until: hence(hours(4)),
    });
  });

  it('is refused before a confirmation', () => {
    for (const one of [suspected(), open(), refuted()])
      expect(refusal(one, hold())).toMatchObject({ kind: 'wrong-state', message: expect.stringMatching(/^Only a confirmed notice/) });
  });

  it('is possible when the breach is contained', () => {
    const contained = when(confirmed(), { type: 'Contain', at: hence(hours(1.5)), actor: lead });
    expect(when(contained, hold()).hold?.until).toBe(hence(hours(4)));
  });

  it('needs a reason', () => {
    expect(refusal(confirmed(), hold({ reason: ' ' }))).toEqual({ kind: 'invalid', field: 'reason', message: 'A hold needs a reason.' });
  });

  it('ends after two hours, after now, and never past the term', () => {
    const latest = { kind: 'invalid', field: 'until', message: 'A hold ends after now and by 2026-03-14T01:00:00Z at the latest.' };
    expect(refusal(confirmed(), hold({ until: hence(durationOf(hours(4) + 1)) }))).toEqual(latest);
    expect(refusal(confirmed(), hold({ until: hence(hours(2)) }))).toEqual(latest);
    expect(refusal(confirmed(), hold({ term: hence(hours(3)) }))).toMatchObject({
      message: 'A hold ends after now and by 2026-03-14T00:00:00Z at the latest.',
    });
    expect(when(confirmed(), hold({ term: hence(hours(3)), until: hence(hours(3)) })).hold?.until).toBe(hence(hours(3)));
  });

  it('is renewed by somebody else only (D-5)', () => {
    const held = when(confirmed(), hold());
    const renewal = { at: hence(hours(3)), until: hence(hours(5)) };
    expect(refusal(held, hold(renewal))).toEqual({
      kind: 'invalid',
      field: 'by',
      message: 'A hold is renewed by a different person (D-5).',
    });
    expect(when(held, hold({ ...renewal, by: personId('mia') })).hold).toMatchObject({ by: 'mia', until: hence(hours(5)) });
  });

  it('by policy is kept per controller, once, sorted', () => {
    const command = (id: string): Command => ({ type: 'HoldByPolicy', at: hence(hours(24)), controllers: [named(id)], rule: 'contract' });
    expect(when(suspected(), command('theatre'), command('museum'), command('theatre')).heldByPolicy).toEqual(['museum', 'theatre']);
  });
});
