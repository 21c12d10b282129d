// Decides how one process runs the house: it dies as a whole, and the next start voids every claim of the one before (D-7).
import type { Database } from '#adapters/embedded/database.ts';
import { embeddedQueues } from '#adapters/embedded/intake.ts';
import { nextEpoch } from '#adapters/embedded/meta.ts';
import { audit } from '#flow/audit.ts';
import { workOff } from '#local/loops.ts';
import type { Node } from '#local/node.ts';
import type { House, HouseSettings } from './fleet.ts';
import type { SimWorker } from './worker.ts';

const minute = 60_000;

export type SingleSettings = HouseSettings & { readonly database: Database };

export const single = (settings: SingleSettings): House => {
  const { kernel, draw, hire, worldOf, nextWake, database } = settings;
  const queue = embeddedQueues(database, () => poke());
  let worker: SimWorker | undefined;
  let busy = false;
  let again = false;

  const begin = async (): Promise<void> => {
    const epoch = await nextEpoch(database);
    worker = hire('node', epoch);
    busy = false;
    poke();
  };

  /** Only what the loops look at; the rest of a node is doors and files. */
  const nodeOf = (own: SimWorker): Node => ({ world: worldOf(own), queue, epoch: own.epoch, database }) as Node;

  const loop = async (own: SimWorker): Promise<void> => {
    busy = true;
    do {
      again = false;
      await workOff(nodeOf(own)).catch(() => undefined);
    } while (again);
    if (own === worker) busy = false;
  };

  const poke = (): void => {
    again = true;
    const own = worker;
    if (!own || own.dead || busy) return;
    kernel.after(1, () => {
      if (!busy && own === worker && !own.dead) void loop(own);
    });
  };

  const every = (time: number, what: (own: SimWorker) => void): void => {
    const turn = (): void => {
      kernel.after(time, turn);
      if (worker && !worker.dead && worker.frozenUntil <= kernel.now()) what(worker);
    };
    kernel.after(draw.between(0, time), turn);
  };

  /** One at a time: the next start waits for the lock that dies with the process. */
  let starting = false;
  const restart = (): void => {
    worker = undefined;
    if (starting) return;
    starting = true;
    kernel.after(draw.between(1_000, minute), () => {
      starting = false;
      void begin();
    });
  };

  return {
    sendRaw: (messages) => queue.sendRaw(messages),
    wake: () => poke(),
    start: () => {
      void begin();
      // A claim of a start that is no more is due, whatever its lease says.
      every(minute, () => {
        if (nextWake() <= kernel.now() + 150_000 || queue.waiting() > 0) poke();
      });
      if (settings.audited) every(15 * minute, (own) => void audit(worldOf(own)).catch(() => undefined));
    },
    deploy: () => {
      if (worker) settings.stop(worker);
      restart();
    },
    died: (dead) => {
      if (dead === worker) restart();
    },
  };
};
