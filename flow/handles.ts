// What happens when somebody looks behind the handles of a case: the look is written down first, then the sealed names are opened (D-15).
import type { Directory } from '#core/directory/directory.ts';
import type { Refused } from '#core/incident/decide.ts';
import { type HandleKind, handleKinds, handlesOf, pseudonymIn } from '#core/incident/handles.ts';
import type { Incident, SignalRef } from '#core/incident/incident.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { command } from './change.ts';
import type { Sealing } from './data-keys.ts';
import type { Person } from './data-subjects.ts';
import { namesOf } from './names.ts';

/** One handle and what it stands for. Undefined: it is kept no longer. */
export type Resolved = { readonly handle: string; readonly value: string | undefined };

/** A handle of a case, with the signals that bear it. */
type Handle = { readonly handle: string; readonly kind: HandleKind; readonly pseudonym: string; readonly signals: readonly SignalRef[] };

/** Those of persons, addresses and unknown targets: what the directory knows is called by its name. */
export const handlesIn = ({ assets }: Pick<Directory, 'assets'>, { signals }: Pick<Incident, 'signals'>): readonly Handle[] => {
  const known = new Set<string>(assets.map(({ id }) => id));
  const name = handlesOf(signals);
  return handleKinds.flatMap((kind) => {
    const bearers = Map.groupBy(signals, (signal) => pseudonymIn(signal, kind));
    return [...bearers].flatMap(([pseudonym, own]) =>
      pseudonym === undefined || known.has(pseudonym) ? [] : [{ handle: name(kind, pseudonym), kind, pseudonym, signals: own }],
    );
  });
};

const purposes = { account: 'actor', address: 'address', target: 'target' } as const;

/** The value is proved by the pseudonym that it makes: what lies there is not enough. */
const resolved = async (sealing: Sealing, { handle, kind, pseudonym, signals }: Handle): Promise<Resolved> => {
  const purpose = purposes[kind];
  for (const ref of signals) {
    const value = (await namesOf(sealing, ref))?.[purpose];
    if (value !== undefined && sealing.world.pseudonyms.of(purpose, value) === pseudonym) return { handle, value };
  }
  return { handle, value: undefined };
};

export type Look = {
  readonly incident: IncidentId;
  readonly actor: Person;
  readonly reason: string;
  /** One handle; without it all. */
  readonly handle?: string;
};

/** Nothing is shown before the register holds who looked, at what, and why. */
export const resolveHandles = async (
  sealing: Sealing,
  { incident: id, actor, reason, handle }: Look,
): Promise<Result<readonly Resolved[], Refused>> => {
  const { world } = sealing;
  const incident = await world.ledger.incident(id);
  if (!incident) return fail({ kind: 'invalid', field: 'incident', message: 'There is no such incident.' });
  const wanted = handlesIn(world.directory.current().configuration.directory, incident).filter(
    (one) => handle === undefined || one.handle === handle,
  );
  if (wanted.length === 0) return fail({ kind: 'invalid', field: 'handle', message: 'This case has no such handle.' });
  const of = { handles: wanted.map((one) => one.handle) };
  const noted = await command(world, id, (_incident, at) => ({ type: 'ViewPersonalData', at, actor, reason, of }));
  if (!noted.ok) return noted;
  return ok(await Promise.all(wanted.map((one) => resolved(sealing, one))));
};
