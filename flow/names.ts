// What happens to the names behind pseudonyms: each signal of a case has its own sealed beside its raw event, and lives as long (D-15).
import type { ControllerId } from '#core/kernel/ids.ts';
import type { SignalRef } from '#core/incident/incident.ts';
import { safeId } from '#core/kernel/safe.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Signal } from '#core/signal/signal.ts';
import type { Assessed } from './assess.ts';
import type { Sealing } from './data-keys.ts';
import { failureOf } from './failure.ts';
import { PortError, type Raw, type World } from './ports.ts';
import { namesIn, signalIn } from './read-signal.ts';

/** What a case keeps of a signal under pseudonyms, in clear; and whose account it is, where that is sure. */
export type SignalNames = {
  readonly v: 1;
  readonly actor?: string;
  readonly address?: string;
  readonly target?: string;
  /** The actor has its account in a log-in of this controller alone. Of one that several share nobody knows whose it is. */
  readonly accountOf?: ControllerId;
  readonly time: Instant;
  readonly outcome: string;
};

/** Beside the raw events, under the same rule of the bucket. */
export const namesPrefix = 'raw/handles/';
const refOf = ({ id }: Pick<SignalRef, 'id'>): string => `${namesPrefix}${id}`;
const contextOf = ({ id }: Pick<SignalRef, 'id'>) => ({ signal: id });

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
  const sealed = await envelopes.seal(encoder.encode(JSON.stringify(namesOfSignal(read.value.signal))), contextOf(ref));
  // As old as its raw event, so that both are erased on one day.
  await world.evidence.put(refOf(ref), 'handles', sealed, ref.received);
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
      const { signal } = assessed;
      world.log.warn('names-not-kept', { ...failureOf(cause), ...(signal ? { signal: safeId(signal.id as never) } : {}) });
    }
  };
};

const isNames = (value: unknown): value is SignalNames => typeof value === 'object' && value !== null && (value as SignalNames).v === 1;

/** Undefined when they are kept no longer, or never were. */
export const namesOf = async ({ world, envelopes }: Sealing, ref: SignalRef): Promise<SignalNames | undefined> => {
  const sealed = await world.evidence.get(refOf(ref));
  if (!sealed) return undefined;
  const value: unknown = JSON.parse(new TextDecoder().decode(await envelopes.open(sealed, contextOf(ref))));
  return isNames(value) ? value : undefined;
};
