// What happens when a duty about a source is due: its owner is told that it is silent or can't be read, until that is over.
import type { RoleName } from '#core/directory/directory.ts';
import { effectTimeout, mayAct } from '#core/duty/claim.ts';
import type { Duty } from '#core/duty/duty.ts';
import { ended, failed, sent, waiting } from '#core/duty/settle.ts';
import { type SourcePlan, type SourceState, isGap, sourcePlan } from '#core/duty/source-duty.ts';
import { sourceOfSubject } from '#core/kernel/ids.ts';
import { safeId } from '#core/kernel/safe.ts';
import { gapText, silenceText, unreadableText } from '#core/notice/source-text.ts';
import { recordDuty } from '#core/register/record.ts';
import { underClaim } from './act.ts';
import { asRead, untilCommitted } from './change.ts';
import { tellOwner } from './page.ts';
import type { Performed } from './perform.ts';
import type { World, Write } from './ports.ts';
import { sourceState } from './source-state.ts';

/** A duty of no incident after its turn, and what its chain says of that. */
export type Outcome = { readonly duty: Duty; readonly type: string };

const word = (state: string): string => state.charAt(0) + state.slice(1).toLowerCase();

const quietly = (duty: Duty, plan: Exclude<SourcePlan, { readonly do: 'tell' }>, world: World): Outcome =>
  plan.do === 'end'
    ? { duty: ended(duty, plan.ending, world.clock.now()), type: `Duty${word(plan.ending.state)}` }
    : { duty: waiting(duty, plan.until), type: 'DutyWaits' };

/** Waking up to look is no event (I-35). */
const writesOf = ({ duty: next, type }: Outcome, current: Duty, world: World): readonly Write[] => {
  if (type === 'DutyWaits') return [{ put: 'duty', duty: next, if: asRead(current) }];
  const { duty, entry } = recordDuty(next, { at: world.clock.now(), actor: `machine:${current.lane}`, type });
  return [
    { put: 'duty', duty, if: asRead(current) },
    { put: 'entry', entry },
  ];
};

/** Writes what came of it, if the claim still holds. */
export const settle = (world: World, mine: Duty, outcomeOn: (duty: Duty) => Outcome): Promise<Performed> =>
  untilCommitted<Performed>(async () => {
    const current = await world.ledger.duty(mine);
    // Lost to another, or laid down already by our own write of a try ago (F-19).
    if (!current || current.owner !== mine.owner || current.gen !== mine.gen) return 'fenced';
    if ((await world.ledger.commit(writesOf(outcomeOn(current), current, world))) === 'conflict') return 'conflict';
    world.log.info('duty-turn', { duty: safeId(mine.id) });
    return 'done';
  });

const textFor = (duty: Duty): typeof silenceText => {
  if (isGap(duty)) return gapText;
  return duty.kind === 'config' ? unreadableText : silenceText;
};

const told = async (
  world: World,
  mine: Duty,
  state: SourceState,
  plan: Extract<SourcePlan, { readonly do: 'tell' }>,
): Promise<Performed> => {
  if (!mayAct(mine, world.clock.now())) return 'fenced';
  const text = textFor(mine)(state, {
    configuration: world.directory.current().configuration,
    now: world.clock.now(),
  });
  const result = await underClaim(world, { duty: mine, timeout: effectTimeout }, (fenced, attempt) =>
    tellOwner(fenced, mine.recipient as RoleName, text, attempt),
  );
  if (result === 'fenced') return 'fenced';
  const fraction = world.chance.fraction();
  return settle(world, mine, (duty) =>
    result.ok
      ? { duty: sent(duty, result.evidence, plan.until, world.clock.now()), type: 'DutySent' }
      : failed(duty, result, world.clock.now(), fraction),
  );
};

/** `mine`: claimed. Nobody is called and no incident opens: what may be missing is looked for by people. */
export const performForSource = async (world: World, mine: Duty): Promise<Performed> => {
  const source = sourceOfSubject(mine.subject) ?? '';
  const state = await sourceState(world, source);
  const isRead = mine.kind !== 'config' || (await world.ledger.quarantined(1, source)).length === 0;
  const plan = sourcePlan(mine, state, { isRead, now: world.clock.now() });
  return plan.do === 'tell' ? told(world, mine, state, plan) : settle(world, mine, (duty) => quietly(duty, plan, world));
};
