// What happens to the sources of signals at an audit: one that fell silent, or can't be read, owes its owner a word, once for each time.
import { type Duty, isTerminal } from '#core/duty/duty.ts';
import { type SourceState, isGap, silenceDuty, unreadableDuty } from '#core/duty/source-duty.ts';
import { sourceSubject } from '#core/kernel/ids.ts';
import { recordDuty } from '#core/register/record.ts';
import { wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';
import { sourceStates } from './source-state.ts';

/** One of each kind at a time. */
const owedOf = (state: SourceState, duties: readonly Duty[], world: World): readonly Duty[] => {
  const now = world.clock.now();
  const of = (kind: Duty['kind']): readonly Duty[] => duties.filter((duty) => duty.kind === kind && !isGap(duty));
  const isOpen = (kind: Duty['kind']): boolean => of(kind).some((duty) => !isTerminal(duty.state));
  return [
    isOpen('heartbeat') ? undefined : silenceDuty(state, now),
    isOpen('config') ? undefined : unreadableDuty(state, of('config').length, now),
  ].flatMap((duty) => duty ?? []);
};

/** A conflict says that somebody else made it, or that this very silence was ended already. */
export const makeForSource = async (world: World, wanted: Duty): Promise<boolean> => {
  const { duty, entry } = recordDuty(wanted, { at: world.clock.now(), actor: 'machine:audit', type: 'DutyCreated' });
  const writes: readonly Write[] = [
    { put: 'duty', duty, if: 'absent' },
    { put: 'entry', entry },
  ];
  if ((await world.ledger.commit(writes)) === 'conflict') return false;
  await wakeFor(world, writes);
  return true;
};

export type Watched = {
  /** All duties about sources that stand there. */
  readonly duties: readonly Duty[];
  /** Sources that owe their owner a word now. */
  readonly troubled: number;
};

/** Makes what is owed. Doing it again makes nothing twice. */
export const watchSources = async (world: World): Promise<Watched> => {
  const all: Duty[] = [];
  for (const state of await sourceStates(world)) {
    const duties = await world.ledger.dutiesOf(sourceSubject(state.source), () => undefined);
    all.push(...duties);
    for (const wanted of owedOf(state, duties, world)) if (await makeForSource(world, wanted)) all.push(wanted);
  }
  const troubled = new Set(all.filter((duty) => !isTerminal(duty.state) && duty.nextAt <= world.clock.now()).map((duty) => duty.subject));
  return { duties: all, troubled: troubled.size };
};
