// Decides how the names behind a case's pseudonyms are found again: each signal's sealed beside its raw event, for those who may open them (D-15).
import type { SignalRef } from '#core/incident/incident.ts';
import type { ControllerId } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Sealing } from './data-keys.ts';

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
export const namesRef = ({ id }: Pick<SignalRef, 'id'>): string => `raw/handles/${id}`;
export const namesContext = ({ id }: Pick<SignalRef, 'id'>) => ({ signal: id });

const isNames = (value: unknown): value is SignalNames => typeof value === 'object' && value !== null && (value as SignalNames).v === 1;

/** Undefined when they are kept no longer, or never were. */
export const namesOf = async ({ world, envelopes }: Sealing, ref: SignalRef): Promise<SignalNames | undefined> => {
  const sealed = await world.evidence.get(namesRef(ref));
  if (!sealed) return undefined;
  const value: unknown = JSON.parse(new TextDecoder().decode(await envelopes.open(sealed, namesContext(ref))));
  return isNames(value) ? value : undefined;
};
