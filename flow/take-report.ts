// What happens to a report that a person types into one of our doors: stored, queued, and only then said to be taken down (P-8).
import { type Report, reportBytes, reporters } from '#core/signal/report-form.ts';
import type { Instant } from '#core/kernel/time.ts';
import { storeRaw } from './ingest.ts';
import type { World } from './ports.ts';

/** All that a door needs to take one down: neither ledger nor rules. */
export type Desk = Pick<World, 'evidence' | 'queues'>;

export type Taken = {
  readonly report: Report;
  /** Names the delivery: the same again is the same report. */
  readonly delivery: string;
  readonly received: Instant;
};

/** Durable when it returns; throws PortError when it could not be stored. */
export const takeReport = async (desk: Desk, { report, delivery, received }: Taken): Promise<void> => {
  const source = reporters[report.report];
  const rawRef = await storeRaw(desk, { source, received }, reportBytes(report));
  await desk.queues.sendRaw([{ source, delivery: `${delivery}#0`, rawRef, received }]);
};
