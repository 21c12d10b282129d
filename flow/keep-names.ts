// What happens behind an assessment that made a case or joined one: the names behind its pseudonyms are sealed, and live as long as its raw events (D-15).
import type { SignalRef } from '#core/incident/incident.ts';
import type { ControllerId } from '#core/kernel/ids.ts';
import type { Signal } from '#core/signal/signal.ts';
import type { Assessed } from './assess.ts';
import type { Sealing } from './data-keys.ts';
import { failureOf } from './failure.ts';
import { type SignalNames, namesContext, namesRef } from './names.ts';
import { PortError, type Raw, type World } from './ports.ts';
import { namesIn, signalIn } from './read-signal.ts';

const accountOf = ({ kind, target }: Signal): ControllerId | undefined => {
  const [only, second] = target?.controllers ?? [];
  const isAccount = /^(?:auth|account)\./.test(kind) && (target?.data_class ?? []).includes('account');
  return isAccount && second === undefined ? only : undefined;
};

const namesOfSignal = (signal: Signal): SignalNames => {
  const [names, owner] = [Object.entries(namesIn(signal)).filter(([, value]) => value !== undefined), accountOf(signal)];
  return {
    v: 1,
    ...Object.fromEntries(names),
    ...(owner === undefined ? {} : { accountOf: owner }),
    time: signal.time,
    outcome: signal.outcome,
  };
};

const encoder = new TextEncoder();

const seal = async ({ world, envelopes }: Sealing, ref: SignalRef): Promise<void> => {
  const bytes = await world.evidence.get(ref.rawRef);
  const read = bytes && signalIn(world, ref, bytes);
  if (!read?.ok) return;
  const sealed = await envelopes.seal(encoder.encode(JSON.stringify(namesOfSignal(read.value.signal))), namesContext(ref));
  // As old as its raw event, so that both are erased on one day.
  await world.evidence.put(namesRef(ref), 'handles', sealed, ref.received);
};

/** Sealed by this process already. Whoever forgets seals again, and the first stays. */
const remembered = 10_000;

/** Signals whose names are to be kept: those of the findings; after a repetition, which has none, its own. */
const signalsOf = async (world: World, raw: Raw, { findings, disposition }: Assessed): Promise<readonly SignalRef['id'][]> => {
  if (findings.length > 0) return [...new Set(findings.flatMap(({ signals }) => signals))];
  const receipt = disposition === 'attached' ? await world.ledger.receipt(raw.source, raw.delivery) : undefined;
  return receipt?.signal === undefined ? [] : [receipt.signal];
};

export type KeepNames = (raw: Raw, assessed: Assessed) => Promise<void>;

/** Behind assessment, which it never fails: without it a handle is not resolved, and nobody is told a word less. */
export const nameKeeper = (sealing: Sealing): KeepNames => {
  const { world } = sealing;
  const known = new Set<string>();
  const keep = async (id: SignalRef['id']): Promise<void> => {
    const record = known.has(id) ? undefined : await world.ledger.signal(id);
    if (!record) return;
    await seal(sealing, record.ref);
    if (known.size >= remembered) known.clear();
    known.add(id);
  };
  return async (raw, assessed) => {
    try {
      if (assessed.disposition === 'attached') await Promise.all((await signalsOf(world, raw, assessed)).map(keep));
    } catch (cause) {
      if (!(cause instanceof PortError)) throw cause;
      world.log.warn('names-not-kept', failureOf(cause));
    }
  };
};
