// Decides whom to call next, and when a call has been answered (D-6).
import type { RoleName } from '../directory/directory.ts';
import type { Incident } from '../incident/incident.ts';
import { type Duration, hours, minutes, plus } from '../kernel/time.ts';
import type { DutySpec } from './spec.ts';
import { answerWithin, callWithin, calledWith } from './urgency.ts';
import { type Plan, type Situation, end, isDecided, isEarly, isOver, quietUntil, wait } from './turn.ts';

/** The chain goes round until somebody answers; after its end it begins again. */
const nextCall = (s: Situation): DutySpec => {
  const { chain } = s.configuration.policy.call;
  const step = Number(s.duty.step) + 1;
  return {
    kind: 'call',
    recipient: chain[step % chain.length] ?? s.duty.recipient,
    step: String(step),
    deadlineAt: plus(s.now, callWithin(s.incident)),
  };
};

/** The next role at once; but when the whole chain was tried in vain it draws breath, or it would spin. */
const nextCallAfterNone = (s: Situation): DutySpec => {
  const next = nextCall(s);
  const goesRound = Number(next.step) % s.configuration.policy.call.chain.length === 0;
  return goesRound ? { ...next, deadlineAt: plus(s.now, minutes(10)), notBefore: plus(s.now, minutes(5)) } : next;
};

const callTimeout = (s: Situation): Duration => answerWithin(s.incident, s.configuration.policy.call, Number(s.duty.step));

/** Whoever confirms a breach is on it: nobody else has to be woken to answer (D-6). */
const isTaken = ({ ack, aware }: Incident): boolean => ack !== undefined || aware?.actor.by === 'person';

export const call = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (isTaken(s.incident)) return end(s.duty.state === 'SENT' ? 'DONE' : 'CANCELLED', 'acknowledged');
  const until = quietUntil(s, callTimeout(s));
  if (isEarly(until, s.now)) return wait(until);
  if (s.duty.state === 'SENT') return end('EXPIRED', 'no answer in time', { create: [nextCall(s)] });
  return {
    do: 'act',
    act: {
      type: 'page',
      roles: calledWith(s.incident, s.configuration.policy.call, s.duty.recipient as RoleName),
      topic: 'call',
      reach: 'all',
    },
    after: { state: 'SENT', until: plus(s.now, callTimeout(s)) },
    unreachable: { ending: { state: 'EXPIRED', reason: 'nobody in this role can be reached' }, create: [nextCallAfterNone(s)] },
  };
};

/**
 * Whoever took the case before is told what is new all the same; whoever took it since has seen it. Nobody has to answer: the chain
 * asks for that.
 */
export const callAgain = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.incident.ack && s.incident.ack.at >= s.duty.createdAt) return end('CANCELLED', 'acknowledged since');
  const { chain } = s.configuration.policy.call;
  const next = chain[(chain.indexOf(s.duty.recipient as RoleName) + 1) % chain.length] ?? s.duty.recipient;
  return {
    do: 'act',
    act: { type: 'page', roles: [s.duty.recipient as RoleName], topic: 'again', reach: 'all' },
    after: { state: 'DONE', reason: 'told' },
    unreachable: {
      ending: { state: 'EXPIRED', reason: 'nobody in this role can be reached' },
      create: [{ kind: 'call', recipient: next, step: s.duty.step, deadlineAt: plus(s.now, minutes(5)) }],
    },
  };
};

/** A call to decide is not ended by an acknowledgement: only by the decision (D-5). */
export const callToDecide = (s: Situation): Plan => {
  if (isDecided(s.incident)) return end(s.duty.state === 'SENT' ? 'DONE' : 'CANCELLED', s.incident.state);
  const until = quietUntil(s, hours(2));
  if (isEarly(until, s.now)) return wait(until);
  return {
    do: 'act',
    act: { type: 'page', roles: [s.duty.recipient as RoleName], topic: 'decide', reach: 'all' },
    after: { state: 'SENT', until: plus(s.now, hours(2)) },
  };
};
