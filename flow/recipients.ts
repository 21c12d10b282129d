// What happens to the list of recipients at an audit: what is new in it stands in the register, and management has every controller told (P-5).
import { recipientDuty } from '#core/duty/recipient-duty.ts';
import { type NotedAll, type Recipient, notedNow, recipientsIn } from '#core/directory/recipients.ts';
import { canonical, genesis } from '#core/kernel/hash.ts';
import { recipientsSubject } from '#core/kernel/ids.ts';
import { type Entry, headOf, nextEntry } from '#core/register/entry.ts';
import { recordDuty } from '#core/register/record.ts';
import { untilCommitted, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

const chain: string = recipientsSubject;

const notedIn = (last: Entry | undefined): NotedAll | undefined => last?.data['recipients'] as NotedAll | undefined;

/** What is there now, and what of it controllers are still to hear of. */
export const recipientsNow = async (world: World): Promise<{ readonly recipients: readonly Recipient[]; readonly noted: NotedAll }> => {
  const recipients = recipientsIn(world.directory.current().configuration);
  const before = notedIn((await world.ledger.entriesOf(chain)).at(-1));
  return { recipients, noted: notedNow(recipients, before, world.clock.now()) };
};

/** The rest is made at the next audit: a transaction of DynamoDB takes a hundred items. */
const dutiesAtOnce = 40;

const dutyWritesFor = async (world: World, all: NotedAll): Promise<readonly Write[]> => {
  const now = world.clock.now();
  const writes: Write[] = [];
  for (const [key, { owedSince }] of Object.entries(all)) {
    if (owedSince === null) continue;
    const made = recipientDuty({ key }, owedSince, now);
    if (await world.ledger.duty(made)) continue;
    const { duty, entry } = recordDuty(made, { at: now, actor: 'machine:audit', type: 'DutyCreated' });
    writes.push({ put: 'duty', duty, if: 'absent' }, { put: 'entry', entry });
  }
  return writes.slice(0, 2 * dutiesAtOnce);
};

/** Doing it again writes nothing twice. Tells how many recipients the controllers are still to hear of. */
export const noteRecipients = (world: World): Promise<number> =>
  untilCommitted<number>(async () => {
    const last = (await world.ledger.entriesOf(chain)).at(-1);
    const before = notedIn(last);
    const now = world.clock.now();
    const all = notedNow(recipientsIn(world.directory.current().configuration), before, now);
    const owed = Object.values(all).filter(({ owedSince }) => owedSince !== null).length;
    const line = { chain, at: now, actor: 'machine:audit', type: 'RecipientsNoted', data: { recipients: all } };
    const writes: readonly Write[] = [
      ...(canonical(all) === canonical(before) ? [] : [{ put: 'entry' as const, entry: nextEntry(last ? headOf(last) : genesis, line) }]),
      ...(await dutyWritesFor(world, all)),
    ];
    if (writes.length === 0) return owed;
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes);
    return owed;
  });
