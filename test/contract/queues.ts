// Decides what every set of queues does: what was sent arrives at the stage it is named for, at least once (D-2).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DutyRef, Lane } from '#core/duty/duty.ts';
import type { Queues, Raw } from '#flow/ports.ts';
import { at, laneList, sampleDuty } from './samples.ts';

/** `raws` and `woken` drain what arrived: everything that was sent and not taken yet. */
export type QueuesUnderTest = {
  readonly queues: Queues;
  readonly raws: () => Promise<readonly Raw[]>;
  readonly woken: (lane: Lane) => Promise<readonly DutyRef[]>;
  readonly close: () => Promise<void>;
};

const raw = (n: number): Raw => ({ source: 'fail2ban', delivery: `delivery-${n}`, rawRef: `fail2ban/${n}`, received: at(n) });
const ref = (n: number): DutyRef => ({ subject: sampleDuty(n).subject, id: sampleDuty(n).id });
const byDelivery = (raws: readonly Raw[]) => new Map(raws.map((r) => [r.delivery, r]));
const byId = (refs: readonly DutyRef[]) => new Map(refs.map((r) => [r.id, r]));

export const queuesContract = (name: string, open: () => Promise<QueuesUnderTest>): void => {
  describe(`the contract of queues on ${name}`, () => {
    let world: QueuesUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('carries more raw events than fit one batch, each whole', async () => {
      const sent = Array.from({ length: 23 }, (_, n) => raw(n));
      await world.queues.sendRaw(sent);
      expect(byDelivery(await world.raws())).toEqual(byDelivery(sent));
    });

    it('wakes each lane with its own duties only', async () => {
      for (const [i, lane] of laneList.entries()) await world.queues.wake(lane, [ref(i), ref(i + 10)]);
      for (const [i, lane] of laneList.entries()) expect(byId(await world.woken(lane))).toEqual(byId([ref(i), ref(i + 10)]));
    });

    it('takes nothing as nothing', async () => {
      await world.queues.sendRaw([]);
      await world.queues.wake('notify', []);
      expect(await world.raws()).toEqual([]);
      expect(await world.woken('notify')).toEqual([]);
    });
  });
};
