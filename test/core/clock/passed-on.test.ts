// Holds that an agency, which still has to pass a notice on, gets part of a term of ours for that, and of a contract's none (P-15).
import { describe, expect, it } from 'vitest';
import { awarenessDeadline, releaseBy, suspectedLimit } from '#core/clock/deadline.ts';
import type { Controller } from '#core/directory/directory.ts';
import { hours } from '#core/kernel/time.ts';
import { aController, anIncident, confirm, hence, named, t0, thePolicy, when } from '../given.ts';

const museum = aController('museum');
const through: Controller = { ...museum, through: named('studio') };
const agency: Controller = { ...museum, capacity: 'processor' };
const suspected = anIncident();
const aware = when(suspected, confirm({ at: t0 }));

describe('a notice that is passed on', () => {
  it('has half a day, where whoever decides for itself has a whole one', () => {
    for (const one of [through, agency])
      expect([awarenessDeadline(aware, one, thePolicy), suspectedLimit(suspected, one, thePolicy)]).toEqual([
        hence(hours(12)),
        hence(hours(12)),
      ]);
    for (const one of [museum, { ...museum, capacity: 'controller' as const }])
      expect([awarenessDeadline(aware, one, thePolicy), suspectedLimit(suspected, one, thePolicy)]).toEqual([
        hence(hours(24)),
        hence(hours(24)),
      ]);
  });

  it('has what the policy says', () => {
    const policy = { ...thePolicy, passOnTarget: hours(2) };
    expect(awarenessDeadline(aware, through, policy)).toBe(hence(hours(2)));
    expect(suspectedLimit(suspected, through, policy)).toBe(hence(hours(2)));
    expect([releaseBy(aware, through, policy), releaseBy(aware, museum, policy)]).toEqual([hence(hours(2)), hence(hours(4))]);
  });

  it('never has longer than it would have otherwise', () => {
    const policy = { ...thePolicy, passOnTarget: hours(48) };
    expect(awarenessDeadline(aware, through, policy)).toBe(hence(hours(24)));
    expect(releaseBy(aware, through, policy)).toBe(hence(hours(4)));
    expect(suspectedLimit(suspected, { ...through, contract: { ...through.contract, notice: hours(6) } }, thePolicy)).toBe(hence(hours(6)));
  });
});
