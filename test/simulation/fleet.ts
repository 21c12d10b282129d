// Decides how many workers share one ledger, as functions do behind queues: each message a worker, each lost one sent again by the queue.
import type { DutyRef, Lane } from '#core/duty/duty.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import type { Raw, World } from '#flow/ports.ts';
import { assess, quarantineFaulty } from '#flow/assess.ts';
import { PortError } from '#flow/ports.ts';
import { tick } from '#flow/tick.ts';
import { audit } from '#flow/audit.ts';
import { lane } from '#lambdas/lane.ts';
import type { Faults } from './faults.ts';
import type { Kernel, Random } from './kernel.ts';
import type { SimWorker } from './worker.ts';

/** A way to run the house: it is given signals and hints, and does the rest by itself. */
export type House = {
  readonly sendRaw: (messages: readonly Raw[]) => void | Promise<void>;
  readonly wake: (lane: Lane, refs: readonly DutyRef[]) => void;
  readonly start: () => void;
  /** Everything is replaced by the next version, whatever it is doing. */
  readonly deploy: () => void;
  readonly died: (worker: SimWorker) => void;
};

export type HouseSettings = {
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly draw: Random;
  readonly hire: (kind: string, epoch: number) => SimWorker;
  readonly worldOf: (worker: SimWorker) => World;
  /** When the next duty wakes, read past all faults: a tick with nothing to find is not played. */
  readonly nextWake: () => number;
  readonly audited: boolean;
  /** A wake-up of this duty was lost or held up. */
  readonly hintFailed: (duty: DutyId) => void;
  /** Ends a worker from outside, whatever it is doing. */
  readonly stop: (worker: SimWorker) => void;
};

const minute = 60_000;
/** How long SQS hides a message from others while somebody has it. */
const visibility = 3 * minute;
const receivesAtMost = 8;

export const fleet = (settings: HouseSettings): House => {
  const { kernel, faults, draw, hire, worldOf, nextWake, hintFailed } = settings;

  /** A message is tried again until a worker says that it is done; a dead one says nothing. */
  const deliver = (work: () => Promise<boolean>, after: number, receives = 1): void =>
    kernel.after(after, () => {
      let done = false;
      void work().then((ok) => {
        done = ok;
      });
      kernel.after(visibility, () => {
        // The ingest queue is redriven by the operator; a wake-up is not worth it.
        if (!done && receives < receivesAtMost) deliver(work, draw.between(0, 1_000), receives + 1);
      });
    });

  const assessOne = async (raw: Raw): Promise<boolean> => {
    const world = worldOf(hire('assess', 0));
    try {
      await assess(world, raw);
      return true;
    } catch (cause) {
      if (cause instanceof PortError) return false;
      await quarantineFaulty(world, raw);
      throw cause;
    }
  };

  const turn = async (to: Lane, ref: DutyRef): Promise<boolean> => {
    const worker = hire(to, 0);
    const event = { Records: [{ messageId: '1', body: JSON.stringify({ subject: ref.subject, id: ref.id }) }] };
    const { batchItemFailures } = await lane(worldOf(worker))(event, worker.name);
    return batchItemFailures.length === 0;
  };

  const wakeOne = (to: Lane, ref: DutyRef): void => {
    if (faults.strikes('lost-wake', to)) {
      hintFailed(ref.id);
      return;
    }
    const copies = faults.strikes('doubled-wake', to) ? 2 : 1;
    for (let i = 0; i < copies; i += 1) {
      const isLate = faults.strikes('delayed-wake', to);
      if (isLate) hintFailed(ref.id);
      deliver(() => turn(to, ref), isLate ? draw.between(minute, 15 * minute) : draw.between(5, 400));
    }
  };

  const ticking = (every: number, offset: number): void => {
    const again = (): void => {
      kernel.after(every, again);
      if (nextWake() > kernel.now() + 30_000) return;
      const worker = hire('tick', 0);
      void tick(worldOf(worker), { name: worker.name, epoch: 0 }).catch(() => undefined);
    };
    kernel.after(offset, again);
  };

  const auditing = (): void => {
    const again = (): void => {
      kernel.after(15 * minute, again);
      void audit(worldOf(hire('audit', 0))).catch(() => undefined);
    };
    kernel.after(7 * minute, again);
  };

  return {
    // Standard queues: at least once, in any order.
    sendRaw: (messages) => {
      for (const raw of messages) {
        const copies = faults.strikes('doubled-wake', 'assess') ? 2 : 1;
        for (let i = 0; i < copies; i += 1) deliver(() => assessOne(raw), draw.between(10, 2_000), -1_000);
      }
    },
    wake: (to, refs) => {
      for (const ref of refs) wakeOne(to, ref);
    },
    start: () => {
      ticking(minute, draw.between(0, minute));
      ticking(minute, draw.between(0, minute));
      if (settings.audited) auditing();
    },
    deploy: () => undefined,
    died: () => undefined,
  };
};
