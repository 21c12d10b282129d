// Decides whether a service counts as back by somebody's word, and what follows for its data: when, what it meant for people, how it is known.
import { type Result, fail, ok } from '../kernel/result.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';
import type { Refused } from './decide.ts';
import { type Effect, effects, isEndedBy, lastOf } from './disturbance.ts';
import type { Actor, Incident, IncidentEvent } from './incident.ts';

/** By a signal, which knows no effect, or by a person, who says how it is known. */
export type RestoredEvent = {
  readonly type: 'ServiceRestored';
  readonly at: Instant;
  readonly actor: Actor;
  readonly key: string;
  readonly restoredAt: Instant;
  readonly effect?: Effect;
  readonly how?: string;
};

export type RestoreCommand = {
  readonly type: 'Restore';
  readonly at: Instant;
  readonly actor: Actor;
  /** Which disturbance: the last with this key. */
  readonly key: string;
  readonly restoredAt: Instant;
  readonly effect?: string;
  readonly how?: string;
};

type Decision = Result<readonly IncidentEvent[], Refused>;

const refuse = (kind: Refused['kind'], message: string, field?: string): Decision =>
  fail(field === undefined ? { kind, message } : { kind, message, field });

const event = ({ type: _, effect, how, ...rest }: RestoreCommand, said?: Effect): RestoredEvent => ({
  type: 'ServiceRestored',
  ...rest,
  ...(said === undefined ? {} : { effect: said }),
  ...(how === undefined ? {} : { how }),
});

/** Whatever is gone for good is a breach of availability, however short it took. */
const suspectedBy = ({ state, outcome }: Incident, { at, actor }: RestoreCommand, said: Effect): readonly IncidentEvent[] =>
  said === 'lost' && state === 'open' && outcome === 'breach-assessment' ? [{ type: 'BreachSuspected', at, actor, why: 'loss' }] : [];

const bySignal = (incident: Incident, command: RestoreCommand): Decision =>
  isEndedBy(incident, command) ? ok([event(command)]) : refuse('already', 'No disturbance that lasts here is over by that.');

const whyNot = (incident: Incident, { at, key, restoredAt, how = '' }: RestoreCommand): Decision | undefined => {
  const last = lastOf(incident, key);
  if (last === undefined) return refuse('invalid', 'There is no such disturbance here.', 'key');
  if (last.restored?.effect !== undefined) return refuse('already', 'This disturbance is over, and its effect is on record.');
  if (!Number.isFinite(restoredAt)) return refuse('invalid', 'Give the time as a date and a time of day, UTC.', 'restoredAt');
  if (restoredAt > at) return refuse('invalid', `It can't be back later than now (${rfc3339(at)}).`, 'restoredAt');
  if (last.restored === undefined && restoredAt < last.lastAt)
    return refuse('invalid', `It was still away at ${rfc3339(last.lastAt)}: give a later time.`, 'restoredAt');
  return how.trim() === '' ? refuse('invalid', 'Say how you know: the register keeps it under your name.', 'how') : undefined;
};

/** The case's state does not matter: a service that is away is away, whatever was decided about data. */
export const decideRestored = (incident: Incident, command: RestoreCommand): Decision => {
  if (command.actor.by === 'machine') return bySignal(incident, command);
  const refused = whyNot(incident, command);
  if (refused) return refused;
  const said = effects.find((one) => one === command.effect);
  if (said === undefined) return refuse('invalid', `Say what it meant for people: one of ${effects.join(', ')}.`, 'effect');
  return ok([event(command, said), ...suspectedBy(incident, command, said)]);
};
