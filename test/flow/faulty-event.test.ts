// Holds that one event which can't be taken stops no other, and no duty: it waits, or is quarantined with its reason (case 24).
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PortError, type World } from '#flow/ports.ts';
import { openHarness } from './harness.ts';

const finding = new URL('../../events/demo/30-guardduty.json', import.meta.url).pathname;
const events = () => [
  { source: 'fail2ban', bytes: new TextEncoder().encode('2026-03-14 01:00:00,000 fail2ban.actions [7]: NOTICE [sshd] Ban 203.0.113.5') },
  ...(JSON.parse(readFileSync(finding, 'utf8')) as object[]).map((event) => ({
    source: 'guardduty',
    bytes: new TextEncoder().encode(JSON.stringify(event)),
  })),
];

const failing = (cause: () => Error) => (world: World) => ({
  ...world,
  evidence: {
    ...world.evidence,
    get: async (ref: string) => {
      if (ref.includes('fail2ban')) throw cause();
      return world.evidence.get(ref);
    },
  },
});

it('leaves an event waiting while the world fails, and takes the others and their duties', async () => {
  const house = await openHarness({ wrap: failing(() => new PortError('evidence', 'again', 'not there yet')) });
  await house.play(events());
  expect((await house.incidents()).map((incident) => incident.outcome)).toEqual(['suspected-breach']);
  expect((await house.duties('ticket')).map((duty) => duty.state)).toEqual(['DONE']);
  expect(house.node.queue.waiting()).toBe(1);
  house.takeMessages();
  await house.close();
});

it('quarantines an event that meets a fault of ours, with a reason', async () => {
  const house = await openHarness({ wrap: failing(() => new TypeError('x is not a function')) });
  await house.play(events());
  expect((await house.incidents()).map((incident) => incident.outcome)).toEqual(['suspected-breach']);
  expect(house.node.queue.waiting()).toBe(0);
  expect((await house.node.world.ledger.quarantined(10)).map((receipt) => receipt.reason)).toEqual([
    'event: a fault of ours met it; replay it after the next version',
  ]);
  house.takeMessages();
  await house.close();
});
