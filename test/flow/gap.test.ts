// Holds that what a source left out, though it delivers, is said to its owner once: seen by what was fetched and had never come.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Duration, type Instant, hours, minus, minutes, plus, rfc3339 } from '#core/kernel/time.ts';
import { storeFetched } from '#flow/backfill.ts';
import { dueDuties } from '#flow/report.ts';
import { audited } from './audited-time.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { raw } from './raw-events.ts';

let house: Harness;
beforeEach(async () => {
  house = await openHarness();
});
afterEach(() => house.close());

/** A logout: no rule takes it for anything. */
const log = (id: string, at: Instant) => ({ log_id: id, date: rfc3339(at), type: 'slo', user_id: 'auth0|1' });
const streamed = (id: string, at: Instant) => house.play([raw('auth0', { log_id: id, data: log(id, at) })]);
const fetch = async (...logs: readonly (readonly [string, Instant])[]): Promise<void> => {
  await storeFetched(
    house.world,
    'auth0',
    logs.map(([id, at]) => ({ id, text: JSON.stringify(log(id, at)) })),
  );
  await house.work();
};
const goOn = (by: Duration): Promise<void> => audited(house, by);
const said = (): readonly string[] => house.takeMessages().map((message) => `${message.to}: ${message.subject}`);
const owed = () => dueDuties(house.world.ledger);
const told = 'Tomke Harms: [Art33] Source auth0 left events out';
const at = (by: Duration): Instant => plus(startedAt, by);

describe('a stream that left events out', () => {
  beforeEach(async () => {
    await streamed('a', at(minutes(0)));
    house.clock.set(at(hours(5)));
    await streamed('d', at(hours(5)));
  });

  it('is said once, however many they are, and is over when it is heard of after that', async () => {
    await fetch(['a', at(minutes(0))], ['b', at(hours(1))], ['c', at(hours(2))], ['d', at(hours(5))]);
    expect(said()).toEqual([told]);
    expect((await owed()).map(({ kind, step }) => [kind, step])).toEqual([['config', 'gap 2026-11-25']]);
    await goOn(hours(25));
    expect(said()).toEqual([told]);
    await streamed('e', house.clock.now());
    await goOn(minutes(30));
    expect(await owed()).toEqual([]);
    expect((await house.entries()).filter(({ type }) => type === 'DutyDone').map(({ data }) => data['reason'])).toEqual([
      'it delivers again',
    ]);
  });

  it('hides nothing else that is owed of it', async () => {
    await fetch(['b', at(hours(1))]);
    await house.play(Array.from({ length: 10 }, (_, i) => raw('auth0', { nothing: i })));
    await goOn(minutes(15));
    expect(said()).toContain("Tomke Harms: [Art33] Source auth0 can't be read");
  });

  it('is not one that brought them all, or is still bringing them', async () => {
    await fetch(['a', at(minutes(0))], ['d', at(hours(5))], ['e', at(minutes(241))]);
    expect(said()).toEqual([]);
  });

  it('is none for what was before it began, nor for a source that was never heard of', async () => {
    await fetch(['before', minus(startedAt, hours(48))]);
    expect(said()).toEqual([]);
    house.close();
    house = await openHarness({ startAt: at(hours(9)) });
    await fetch(['b', at(hours(1))]);
    expect(said()).toEqual([]);
  });
});
