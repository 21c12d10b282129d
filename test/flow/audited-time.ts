// Decides how time goes on as on a machine that works: an audit every quarter of an hour, and what is due is done.
import { type Duration, plus } from '#core/kernel/time.ts';
import { audit, auditEvery } from '#flow/audit.ts';
import type { Harness } from './harness.ts';

export const audited = async (house: Harness, by: Duration): Promise<void> => {
  const until = plus(house.clock.now(), by);
  while (house.clock.now() < until) {
    house.clock.set(plus(house.clock.now(), auditEvery));
    await audit(house.world);
    await house.work();
  }
};
