// Holds by when: the contract's clock, our own target, and the controller's 72 hours; no event moves a deadline later (D-5, R-131).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awareFor,
  awarenessDeadline,
  contractDeadline,
  controllerDeadline,
  noticeDeadline,
  releaseBy,
  suspectedFor,
  suspectedLimit,
} from '#core/clock/deadline.ts';
import type { Controller } from '#core/directory/directory.ts';
import { type Command, decide } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { incidentId } from '#core/kernel/ids.ts';
import { type Duration, type Instant, durationOf, hours, minutes, rfc3339 } from '#core/kernel/time.ts';
import { aController, hence, anIncident, at, attach, confirm, folded, idKey, lead, named, possible, thePolicy, when } from '../given.ts';

const museum = aController('museum');
const within = (notice: Duration, trigger: 'suspected' | 'aware' = 'suspected'): Controller => aController('museum', { notice, trigger });
const suspected = anIncident();
const confirmedAt = (h: number): Incident => when(suspected, confirm({ at: hence(hours(h)) }));

describe('the clock of the contract (C1)', () => {
  it('starts with the suspicion where the contract says so', () => {
    expect(contractDeadline(suspected, within(hours(24)))).toBe(hence(hours(24)));
  });

  it('waits for awareness where the contract says so', () => {
    expect(contractDeadline(suspected, within(hours(24), 'aware'))).toBeUndefined();
    expect(contractDeadline(confirmedAt(5), within(hours(24), 'aware'))).toBe(hence(hours(29)));
  });

  it('starts with an awareness that was earlier than the suspicion', () => {
    const known = when(suspected, confirm({ at: hence(hours(1)), since: hence(durationOf(-hours(3))) }));
    expect(contractDeadline(known, within(hours(24)))).toBe(hence(hours(21)));
  });

  it('does not run where the contract names no hours, or nothing is suspected', () => {
    expect(contractDeadline(confirmedAt(1), museum)).toBeUndefined();
    expect(contractDeadline(anIncident({ nature: possible }), within(hours(24)))).toBeUndefined();
  });

  // elapsed hours, no shift for weekends, holidays or the change of the clocks.
  it('counts elapsed hours over Easter and the change to summer time', () => {
    const goodFriday = anIncident({ openedAt: at('2027-03-26T15:20:00+01:00') });
    expect(contractDeadline(goodFriday, within(hours(48)))).toBe(at('2027-03-28T16:20:00+02:00'));
  });
});

describe('the clock of Art. 33(2) (C2)', () => {
  it('starts with awareness and ends with our own target', () => {
    expect(awarenessDeadline(suspected, museum, thePolicy)).toBeUndefined();
    expect(awarenessDeadline(confirmedAt(5), museum, thePolicy)).toBe(hence(hours(29)));
  });

  it('ends with the contract where that is stricter, and not where it is laxer', () => {
    expect(awarenessDeadline(confirmedAt(5), within(hours(12), 'aware'), thePolicy)).toBe(hence(hours(17)));
    expect(awarenessDeadline(confirmedAt(5), within(hours(72), 'aware'), thePolicy)).toBe(hence(hours(29)));
  });
});

describe('a suspected notice', () => {
  it('is decided on by the hard limit, or by the contract if that comes first', () => {
    expect(suspectedLimit(suspected, museum, thePolicy)).toBe(hence(hours(24)));
    expect(suspectedLimit(suspected, within(hours(12)), thePolicy)).toBe(hence(hours(12)));
    expect(suspectedLimit(suspected, within(hours(48)), thePolicy)).toBe(hence(hours(24)));
    expect(suspectedLimit(anIncident({ nature: possible }), museum, thePolicy)).toBeUndefined();
    expect(noticeDeadline(suspected, within(hours(12)), thePolicy, 'suspected')).toBe(hence(hours(12)));
  });
});

describe('a confirmed notice', () => {
  it('goes four hours after awareness, or by the contract if that comes first', () => {
    expect(releaseBy(suspected, museum, thePolicy)).toBeUndefined();
    expect(releaseBy(confirmedAt(5), museum, thePolicy)).toBe(hence(hours(9)));
    expect(releaseBy(confirmedAt(5), within(hours(6)), thePolicy)).toBe(hence(hours(6)));
    expect(noticeDeadline(confirmedAt(5), museum, thePolicy, 'confirmed')).toBe(hence(hours(9)));
  });

  it('counts from awareness, not from the click', () => {
    const backdated = when(suspected, confirm({ at: hence(hours(5)), since: hence(hours(2)) }));
    expect(releaseBy(backdated, museum, thePolicy)).toBe(hence(hours(6)));
  });
});

describe('a controller that came later (P-7)', () => {
  const library = aController('library', { notice: hours(24) });
  const added = when(confirmedAt(5), attach(hence(hours(70)), { rule: 'other', controllers: ['library'] }));

  it('has a clock of its own', () => {
    expect(suspectedFor(added, library)).toBe(hence(hours(70)));
    expect(awareFor(added, library)).toBe(hence(hours(70)));
    expect(releaseBy(added, library, thePolicy)).toBe(hence(hours(74)));
    expect(contractDeadline(added, library)).toBe(hence(hours(94)));
  });

  it('leaves the clocks of the others alone', () => {
    expect(releaseBy(added, museum, thePolicy)).toBe(hence(hours(9)));
  });

  it('shares the awareness when it was named before the confirmation', () => {
    const both = when(
      suspected,
      attach(hence(hours(3)), { rule: 'other', controllers: ['library'] }),
      confirm({ at: hence(hours(5)), since: hence(hours(1)) }),
    );
    expect(awareFor(both, library)).toBe(hence(hours(1)));
  });

  it('shares it too when it was named in the very moment of the confirmation', () => {
    const both = when(
      suspected,
      attach(hence(hours(5)), { rule: 'other', controllers: ['library'] }),
      confirm({ at: hence(hours(5)), since: hence(hours(1)) }),
    );
    expect(awareFor(both, library)).toBe(hence(hours(1)));
  });
});

describe("the controller's own 72 hours", () => {
  // law.md 1.5, column "72 h exactly": no rounding up, no shift for holidays.
  it.each([
    ['2020-12-22T12:17:00+01:00', '2020-12-25T12:17:00+01:00'],
    ['2026-05-22T16:30:00+02:00', '2026-05-25T16:30:00+02:00'],
    ['2026-04-02T18:05:00+02:00', '2026-04-05T18:05:00+02:00'],
    ['2026-10-23T15:20:00+02:00', '2026-10-26T14:20:00+01:00'],
    ['2027-03-26T15:20:00+01:00', '2027-03-29T16:20:00+02:00'],
    ['2026-11-24T23:59:59+01:00', '2026-11-27T23:59:59+01:00'],
  ])('from %s end at %s', (from, until) => {
    expect(rfc3339(controllerDeadline(at(from)))).toBe(rfc3339(at(until)));
  });
});

/** What may happen to an incident that has begun, minute by minute. */
const step = fc.record({
  minutes: fc.integer({ min: 0, max: 600 }),
  ago: fc.integer({ min: 0, max: 600 }),
  what: fc.constantFrom('attach', 'suspect', 'acknowledge', 'confirm', 'release', 'identify', 'contain', 'absorb', 'absorb-confirmed'),
  who: fc.constantFrom('museum', 'theatre', 'library'),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const commandOf = ({ what, who, ago }: Step, elapsed: number): Command => {
  const now = hence(minutes(elapsed));
  const earlier = hence(minutes(elapsed - ago));
  const other = (): Incident => anIncident({ id: incidentId(idKey, who, 2), openedAt: earlier, controllers: [who] });
  switch (what) {
    case 'suspect':
      return { type: 'Suspect', at: now, actor: lead, why: 'test' };
    case 'acknowledge':
      return { type: 'Acknowledge', at: now, actor: lead };
    case 'confirm':
      return { ...confirm({ at: now, since: earlier, release: true }), reason: 'known later' } as Command;
    case 'release':
      return { type: 'Release', at: now, actor: lead };
    case 'identify':
      return { type: 'Identify', at: now, actor: lead, controllers: [named(who)], reason: 'log' };
    case 'contain':
      return { type: 'Contain', at: now, actor: lead };
    case 'absorb':
      return { type: 'Absorb', at: now, other: other() };
    case 'absorb-confirmed':
      return { type: 'Absorb', at: now, other: when(other(), confirm({ at: now, since: hence(minutes(elapsed - 2 * ago)) })) };
    default:
      return attach(now, { rule: what, controllers: [who], nature: ago % 2 === 0 ? possible : { ...possible, confidentiality: 'likely' } });
  }
};

const controllers = ['museum', 'theatre', 'library'].flatMap((id) => [
  aController(id),
  aController(id, { notice: hours(12) }),
  aController(id, { notice: hours(12), trigger: 'aware' }),
]);

/** Every deadline that runs for a controller of this incident, by name. */
const running = (incident: Incident, of: Incident): ReadonlyMap<string, Instant> =>
  new Map(
    controllers.flatMap((c, i) => {
      if (!of.controllers.includes(c.id)) return [];
      const all = {
        contract: contractDeadline(incident, c),
        awareness: awarenessDeadline(incident, c, thePolicy),
        suspected: suspectedLimit(incident, c, thePolicy),
        release: releaseBy(incident, c, thePolicy),
      };
      return Object.entries(all).flatMap(([name, due]) => (due === undefined ? [] : [[`${c.id} ${i} ${name}`, due] as const]));
    }),
  );

const expectNoneLater = (before: Incident, next: Incident): void => {
  const now = running(next, before);
  for (const [name, due] of running(before, before)) expect(now.get(name), name).toBeLessThanOrEqual(due);
};

describe('deadlines', () => {
  it('never move later, whatever happens', () => {
    const first = fc.constantFrom(anIncident({ nature: possible }), suspected, anIncident({ controllers: [], unidentified: true }));
    fc.assert(
      fc.property(first, fc.array(step, { maxLength: 12 }), (start, steps) => {
        let incident = start;
        let elapsed = 0;
        for (const one of steps) {
          elapsed += one.minutes;
          const command = commandOf(one, elapsed);
          const decided = decide(command, incident);
          if (!decided.ok || decided.value.length === 0) continue;
          const next = folded(incident, decided.value);
          expectNoneLater(incident, next);
          if (command.type === 'Absorb') expectNoneLater(command.other, next);
          incident = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});
