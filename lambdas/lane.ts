// Decides what the four lanes share: a wake-up names a duty, the duty takes its turn, and the ledger alone retries (D-8).
import type { SQSBatchResponse } from 'aws-lambda';
import type { DutyRef } from '#core/duty/duty.ts';
import type { DutyId, SubjectId } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { failureOf } from '#flow/failure.ts';
import { type Worker, perform } from '#flow/perform.ts';
import { PortError, type World } from '#flow/ports.ts';
import { eachMessage, parsed } from './batch.ts';

const refOf = (body: string): DutyRef | undefined => {
  const { subject, id } = (parsed(body) ?? {}) as { readonly subject?: unknown; readonly id?: unknown };
  const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 200;
  return isName(subject) && isName(id) ? { subject: subject as SubjectId, id: id as DutyId } : undefined;
};

/** Failed means: the ledger could not be read or written, try the wake-up again. Anything else waits for the next tick. */
const turn = async (world: World, ref: DutyRef, worker: Worker): Promise<void> => {
  try {
    const outcome = await perform(world, ref, worker);
    if (outcome === 'done') world.log.info('turn', { duty: safeId(ref.id) });
  } catch (cause) {
    if (cause instanceof PortError && cause.port === 'ledger') throw cause;
    world.log.error('turn-crashed', failureOf(cause));
  }
};

/** One batch of wake-ups. Each invocation is a worker of its own; leases are by time here, so the epoch is 0 (D-7). */
export const lane = (world: World) => {
  return (event: unknown, invocation: string): Promise<SQSBatchResponse> =>
    eachMessage(event, world.log, async ({ body }) => {
      const ref = refOf(body);
      // A wake-up is expendable: one that nobody can read is dropped, the duty itself is in the ledger.
      if (ref) await turn(world, ref, { name: invocation, epoch: 0 });
      else world.log.warn('wake-up-unreadable', {});
    });
};
