// What happens when quarantined events are to be read again right here: each by itself, and what became of them counted.
import { assess } from './assess.ts';
import { failureOf } from './failure.ts';
import { PortError, type Receipt, type World } from './ports.ts';
import { type Replay, rawOf } from './quarantine.ts';

/** A fault of ours stops no other event, as at the first time. When the world fails, what is left stays where it is. */
const readAgain = async (world: World, receipt: Receipt): Promise<Receipt['disposition']> => {
  try {
    return (await assess(world, rawOf(receipt), { again: true })).disposition;
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    world.log.error('assess-failed', failureOf(cause));
    return 'quarantined';
  }
};

/** Right here, one after the other. */
export const replayHere =
  (world: World): Replay =>
  async (receipts) => {
    const counts = { attached: 0, assessed: 0, duplicate: 0, quarantined: 0 };
    for (const receipt of receipts) counts[await readAgain(world, receipt)] += 1;
    world.log.info('quarantine-replayed', counts);
    return counts;
  };
