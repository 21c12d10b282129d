// What happens every hour: the whole register under one root, where nobody of ours can change it; before that, is it still what the last anchor saw (D-22, P-11)?
import type { Entry } from '#core/register/entry.ts';
import { type Duration, type Instant, hours, parseInstant, plus } from '#core/kernel/time.ts';
import { type Anchor, anchorOf, verifyRegister } from '#core/register/verify.ts';
import type { Anchors, World } from './ports.ts';

export type AnchorWorld = Pick<World, 'ledger' | 'clock' | 'log'> & { readonly anchors: Anchors };

/** An anchor is at most 70 minutes old (I-36). */
export const anchorEvery: Duration = hours(1);

/**
 * Writes an anchor. A register that contradicts the last one was rewritten, or set back by a restore: that is logged as an error,
 * and what stands there now is anchored all the same, because it is evidence too.
 */
export const anchor = async ({ ledger, clock, log, anchors }: AnchorWorld): Promise<Anchor> => {
  const last = await anchors.latest();
  const at = clock.now();
  const entries: Entry[] = [];
  for await (const entry of ledger.entries()) entries.push(entry);
  const verdict = verifyRegister(entries, last === undefined ? [] : [last]);
  if (verdict.verdict === 'broken') log.error('register-contradicts-anchor', { entry: verdict.seq });
  const made = anchorOf(entries, at);
  await anchors.put(made);
  log.info('anchor', { entries: entries.length, chains: Object.keys(made.chains).length });
  return made;
};

/** For a loop: anchors when the last one is an hour old, whoever wrote that, and tells when the next is due. */
export const anchorWhenDue = async (world: AnchorWorld): Promise<Instant> => {
  const now = world.clock.now();
  const last = parseInstant((await world.anchors.latest())?.at ?? '');
  const due = last.ok ? plus(last.value, anchorEvery) : now;
  if (now < due) return due;
  await anchor(world);
  return plus(now, anchorEvery);
};
