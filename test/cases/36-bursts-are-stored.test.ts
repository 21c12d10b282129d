// Case 36 (grafana-cold-storage/oncall #774, #5035, #3898): a fixed rate limit drops alerts. Here a burst is stored, all of it, or sent again.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DoorDeps, doors } from '#console/doors.ts';
import { PortError, type World } from '#flow/ports.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { resources, synthesize } from '../lib/stacks.ts';

const secret = 'the-secret-of-the-source';

/** The n-th failure of a burst: of 1,500 no two have the same address and second. */
const found = (n: number): string =>
  `2026-11-25 08:00:${String(n % 60).padStart(2, '0')},000 fail2ban.filter [812]: INFO [sshd] Found 203.0.113.${n % 250}\n`;

/** Storage that is away until it is back. */
let away: boolean;
const unsteady = (world: World): World => ({
  ...world,
  queues: {
    ...world.queues,
    sendRaw: (messages) => (away ? Promise.reject(new PortError('queues', 'again', 'away')) : world.queues.sendRaw(messages)),
  },
});

let h: Harness;
let door: ReturnType<typeof doors>;
beforeEach(async () => {
  away = false;
  h = await openHarness({ wrap: unsteady });
  const deps: DoorDeps = {
    world: h.world,
    counters: { count: () => undefined, all: () => ({}) },
    tokensOf: async () => [secret],
    addressOf: () => undefined,
  };
  door = doors(deps);
});
afterEach(() => h.close());

const send = async (body: string): Promise<number> =>
  (await door.request('http://localhost/signals/fail2ban', { method: 'POST', headers: { authorization: secret }, body })).status;
const burst = (from: number, to: number): Promise<readonly number[]> =>
  Promise.all(Array.from({ length: to - from }, (_, i) => send(found(from + i))));

const counts = async (): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await h.world.ledger.intake()).map(({ disposition, count }) => [disposition, count]));

describe('a burst of signals', () => {
  it('is stored whole before anything of it is assessed; no sender is told to be slower', async () => {
    expect(new Set(await burst(0, 500))).toEqual(new Set([202]));
    expect(await counts()).toMatchObject({ stored: 500 });
    await h.work();
    expect(await counts()).toEqual({ stored: 500, assessed: 500 });
  });

  it('is 503 while nothing can be stored, never 429, and whole once it was sent again', async () => {
    expect(new Set(await burst(0, 50))).toEqual(new Set([202]));
    away = true;
    expect(new Set(await burst(50, 100))).toEqual(new Set([503]));
    away = false;
    // Whoever was not told 202 sends again, and one of them who was.
    expect(new Set(await burst(49, 100))).toEqual(new Set([202]));
    await h.work();
    expect(await counts()).toEqual({ stored: 101, assessed: 100, duplicate: 1 });
  });

  it('in one delivery is the same as in many', async () => {
    expect(await send(Array.from({ length: 500 }, (_, i) => found(i)).join(''))).toBe(202);
    await h.work();
    expect(await counts()).toEqual({ stored: 500, assessed: 500 });
  });
});

it('on AWS nothing before the door is slower than AWS itself lets an account be by default', () => {
  const stages = resources(synthesize().pipeline, 'AWS::ApiGatewayV2::Stage');
  expect(stages.map(([, { Properties }]) => Properties['DefaultRouteSettings'])).toEqual([
    { ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 5_000 },
  ]);
});
