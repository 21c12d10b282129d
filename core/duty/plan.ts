// Decides what a duty's turn is: act, wait, or end. Pure: the same duty, incident and hour give the same plan.
import { noticeTerm, releaseBy, suspectedLimit, updateWithin } from '../clock/deadline.ts';
import type { Configuration, Controller, RoleName } from '../directory/directory.ts';
import { decidingRoles } from '../directory/directory.ts';
import type { Command } from '../incident/decide.ts';
import { releasedTo } from '../incident/decide.ts';
import type { Incident } from '../incident/incident.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { type Duration, type Instant, earliest, hours, latest, minutes, plus } from '../kernel/time.ts';
import type { Duty } from './duty.ts';
import { isTerminal } from './duty.ts';
import { type DutySpec, lateOf } from './spec.ts';

export type PageTopic = 'inform' | 'call' | 'decide' | 'release' | 'assess' | 'identify' | 'human' | 'withdraw' | 'update';

/** What the hands are to do; which channels is the flow's business. */
export type Act =
  | {
      readonly type: 'page';
      readonly roles: readonly RoleName[];
      readonly topic: PageTopic /** All channels at once, or the first that works. */;
      readonly reach: 'first' | 'all';
    }
  | { readonly type: 'consult' }
  | { readonly type: 'ticket' }
  | { readonly type: 'notice'; readonly controller: ControllerId; readonly as: 'suspected' | 'confirmed' };

export type Ending = { readonly state: 'DONE' | 'CANCELLED' | 'EXPIRED'; readonly reason: string };

export type Plan =
  | { readonly do: 'end'; readonly ending: Ending; readonly create: readonly DutySpec[]; readonly commands: readonly Command[] }
  | { readonly do: 'wait'; readonly until: Instant; readonly create: readonly DutySpec[]; readonly commands: readonly Command[] }
  | {
      readonly do: 'act';
      readonly act: Act;
      /** What the duty becomes when the act succeeded. */
      readonly after:
        | { readonly state: 'DONE'; readonly reason: string }
        | { readonly state: 'SENT'; readonly until: Instant; readonly create?: readonly DutySpec[] };
      /** What it becomes when nobody could be reached in any way, instead of another try (I-32). */
      readonly unreachable?: { readonly ending: Ending; readonly create: readonly DutySpec[] };
    };

export type Situation = {
  readonly duty: Duty;
  readonly incident: Incident;
  readonly parent?: Duty;
  readonly configuration: Configuration;
  readonly now: Instant;
};

const end = (
  state: Ending['state'],
  reason: string,
  more: { readonly create?: readonly DutySpec[]; readonly commands?: readonly Command[] } = {},
): Plan => ({
  do: 'end',
  ending: { state, reason },
  create: more.create ?? [],
  commands: more.commands ?? [],
});
const wait = (until: Instant, more: { readonly create?: readonly DutySpec[]; readonly commands?: readonly Command[] } = {}): Plan => ({
  do: 'wait',
  until,
  create: more.create ?? [],
  commands: more.commands ?? [],
});
const page = (roles: readonly RoleName[], topic: PageTopic, until: Instant): Plan => ({
  do: 'act',
  act: { type: 'page', roles, topic, reach: 'first' },
  after: { state: 'SENT', until },
});

/** A change elsewhere wakes what waits, to look again: until this hour a look says nothing a second time. Undefined: nothing was said yet. */
const quietUntil = ({ duty, now }: Situation, every: Duration): Instant | undefined =>
  duty.state === 'SENT' ? plus(duty.evidence.at(-1)?.at ?? duty.sentAt ?? now, every) : undefined;
const isEarly = (until: Instant | undefined, now: Instant): until is Instant => until !== undefined && now < until;

const isDecided = (incident: Incident): boolean => incident.state !== 'open' && incident.state !== 'suspected';
const isOver = (incident: Incident): boolean => incident.state === 'refuted' || incident.state === 'closed';

const inform = (s: Situation): Plan => ({
  do: 'act',
  act: { type: 'page', roles: [s.duty.recipient as RoleName], topic: 'inform', reach: 'first' },
  after: { state: 'DONE', reason: 'delivered' },
});

/** The chain goes round until somebody answers; after its end it begins again. */
const nextCall = (s: Situation): DutySpec => {
  const { chain } = s.configuration.policy.call;
  const step = Number(s.duty.step) + 1;
  return {
    kind: 'call',
    recipient: chain[step % chain.length] ?? s.duty.recipient,
    step: String(step),
    deadlineAt: plus(s.now, minutes(5)),
  };
};

/** The next role at once; but when the whole chain was tried in vain it draws breath, or it would spin. */
const nextCallAfterNone = (s: Situation): DutySpec => {
  const next = nextCall(s);
  const goesRound = Number(next.step) % s.configuration.policy.call.chain.length === 0;
  return goesRound ? { ...next, deadlineAt: plus(s.now, minutes(10)), notBefore: plus(s.now, minutes(5)) } : next;
};

const callTimeout = (s: Situation): Duration => {
  const { timeouts } = s.configuration.policy.call;
  const step = s.duty.step === 'decide' ? 0 : Number(s.duty.step);
  return timeouts[Math.min(step, timeouts.length - 1)] ?? minutes(15);
};

const call = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.incident.ack) return end(s.duty.state === 'SENT' ? 'DONE' : 'CANCELLED', 'acknowledged');
  const until = quietUntil(s, callTimeout(s));
  if (isEarly(until, s.now)) return wait(until);
  if (s.duty.state === 'SENT') return end('EXPIRED', 'no answer in time', { create: [nextCall(s)] });
  return {
    do: 'act',
    act: { type: 'page', roles: [s.duty.recipient as RoleName], topic: 'call', reach: 'all' },
    after: { state: 'SENT', until: plus(s.now, callTimeout(s)) },
    unreachable: { ending: { state: 'EXPIRED', reason: 'nobody in this role can be reached' }, create: [nextCallAfterNone(s)] },
  };
};

/** A call to decide is not ended by an acknowledgement: only by the decision (D-5). */
const callToDecide = (s: Situation): Plan => {
  if (isDecided(s.incident)) return end(s.duty.state === 'SENT' ? 'DONE' : 'CANCELLED', s.incident.state);
  const until = quietUntil(s, hours(2));
  if (isEarly(until, s.now)) return wait(until);
  return {
    do: 'act',
    act: { type: 'page', roles: [s.duty.recipient as RoleName], topic: 'decide', reach: 'all' },
    after: { state: 'SENT', until: plus(s.now, hours(2)) },
  };
};

/** Advice, or its absence, is registered and never delays (D-5, P-3). */
const consult = (s: Situation): Plan => {
  if (s.incident.advice.length > 0) return end('DONE', 'advice given');
  if (s.duty.state === 'SENT' && s.now >= s.duty.deadlineAt) return end('EXPIRED', 'consulted, no answer');
  if (isDecided(s.incident))
    return end(
      s.duty.state === 'SENT' ? 'EXPIRED' : 'CANCELLED',
      s.duty.state === 'SENT' ? 'consulted, decided before an answer' : s.incident.state,
    );
  if (s.duty.state === 'SENT') return wait(s.duty.deadlineAt);
  return { do: 'act', act: { type: 'consult' }, after: { state: 'SENT', until: s.duty.deadlineAt } };
};

const assess = (s: Situation): Plan => {
  if (s.incident.state !== 'open') return end('DONE', s.incident.state);
  if (s.now >= s.duty.deadlineAt)
    return end('EXPIRED', 'assessment unanswered', {
      commands: [{ type: 'Suspect', at: s.now, actor: { by: 'machine', rule: 'policy.assessWithin' }, why: 'unanswered' }],
    });
  return s.duty.state === 'SENT' ? wait(s.duty.deadlineAt) : page(['incident-lead'], 'assess', s.duty.deadlineAt);
};

/** All controllers of the incident, or the one that came later and has a release of its own. */
const affected = (s: Situation): readonly Controller[] => {
  const late = lateOf(s.duty.step);
  const ids = s.incident.controllers.filter((id) => late === undefined || id === late);
  return ids.flatMap((id) => s.configuration.directory.controllers.get(id) ?? []);
};

const machine = (rule: string) => ({ by: 'machine' as const, rule });

const callDeciders = (s: Situation): readonly DutySpec[] =>
  decidingRoles.map((role) => ({ kind: 'call', recipient: role, step: 'decide', deadlineAt: plus(s.now, minutes(5)) }));

/** When nobody decides: deciders called at 2 h; at each controller's own limit its contract's policy acts (D-5). */
const releaseSuspected = (s: Situation): Plan => {
  if (isDecided(s.incident)) return end('DONE', s.incident.state);
  const { policy } = s.configuration;
  const settled = new Set<ControllerId>([...releasedTo(s.incident, 'suspected'), ...s.incident.heldByPolicy]);
  const open = affected(s).filter((c) => !settled.has(c.id));
  if (open.length === 0 && affected(s).length > 0) return end('DONE', 'decided for every controller');
  const start = lateOf(s.duty.step) === undefined ? (s.incident.suspectedAt ?? s.duty.createdAt) : s.duty.createdAt;
  const callAt = plus(start, policy.decide.allDecidersAfter);
  const limitOf = (c: Controller): Instant => suspectedLimit(s.incident, c, policy) ?? plus(start, policy.decide.hardLimit);
  const reached = open.filter((c) => limitOf(c) <= s.now);
  const send = reached.filter((c) => c.contract.onSuspectedTimeout === 'send').map((c) => c.id);
  const keep = reached.filter((c) => c.contract.onSuspectedTimeout === 'hold').map((c) => c.id);
  const commands: readonly Command[] = [
    ...(send.length > 0
      ? [{ type: 'Release' as const, at: s.now, actor: machine('contract.onSuspectedTimeout: send'), controllers: send }]
      : []),
    ...(keep.length > 0
      ? [{ type: 'HoldByPolicy' as const, at: s.now, controllers: keep, rule: 'contract.onSuspectedTimeout: hold' }]
      : []),
  ];
  const create = s.now >= callAt ? callDeciders(s) : [];
  if (reached.length > 0 && reached.length === open.length)
    return end('EXPIRED', "undecided; the contract's policy acted", { create, commands });
  const next = earliest(s.now < callAt ? callAt : plus(s.now, hours(2)), ...open.filter((c) => !reached.includes(c)).map(limitOf));
  if (s.duty.state === 'OPEN' && reached.length === 0 && create.length === 0) return page(['incident-lead'], 'release', next);
  return wait(next, { create, commands });
};

/** Hold, not release (D-5): at its hour each confirmed notice goes, unless a named person holds it and the term allows. */
const releaseConfirmed = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  const done = releasedTo(s.incident, 'confirmed');
  const open = affected(s).filter((c) => !done.has(c.id));
  if (open.length === 0) return end('DONE', 'released for every controller');
  const { hold } = s.incident;
  const dueOf = (c: Controller): Instant => {
    const due = releaseBy(s.incident, c, s.configuration.policy) ?? s.now;
    // A hold was bounded by the strictest term of its hour; whoever came later, or has a stricter one, is told by its own.
    return hold && hold.until > due ? latest(due, earliest(hold.until, noticeTerm(s.incident, c, s.configuration.policy) ?? due)) : due;
  };
  const reached = open.filter((c) => dueOf(c) <= s.now).map((c) => c.id);
  const commands: readonly Command[] =
    reached.length > 0 ? [{ type: 'Release', at: s.now, actor: machine('policy.releaseWithin'), controllers: reached }] : [];
  if (reached.length === open.length) return end('DONE', 'released at its hour', { commands });
  const next = earliest(...open.filter((c) => !reached.includes(c.id)).map(dueOf));
  if (s.duty.state === 'OPEN' && reached.length === 0) return page(['incident-lead'], 'release', next);
  return wait(next, { commands });
};

const identify = (s: Situation): Plan => {
  if (!s.incident.unidentified) return end('DONE', 'identified');
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.duty.state === 'OPEN') return page(['incident-lead'], 'identify', s.duty.deadlineAt);
  if (isEarly(s.duty.deadlineAt, s.now)) return wait(s.duty.deadlineAt);
  const until = quietUntil(s, hours(1));
  if (isEarly(until, s.now) && s.duty.evidence.some((e) => e.at >= s.duty.deadlineAt)) return wait(until);
  // Past its hour the deputies hear of it too, every hour, until it is known.
  return page(['incident-lead', 'management'], 'identify', plus(s.now, hours(1)));
};

const notice = (s: Situation): Plan => {
  const as = s.duty.step === 'confirmed' ? 'confirmed' : 'suspected';
  if (as === 'suspected' && s.incident.state === 'refuted' && s.duty.state === 'OPEN')
    return end('CANCELLED', 'refuted before it was sent');
  // What it says, "not confirmed", is no longer true, and the confirmed notice to the same controller is on its way.
  if (as === 'suspected' && s.duty.state !== 'SENT' && releasedTo(s.incident, 'confirmed').has(s.duty.recipient as ControllerId))
    return end('CANCELLED', 'the confirmed notice takes its place');
  if (s.duty.state === 'SENT')
    return wait(plus(s.now, hours(4)), {
      create: [{ kind: 'human', recipient: 'incident-lead', step: s.duty.id, parent: s.duty.id, deadlineAt: plus(s.now, hours(1)) }],
    });
  return {
    do: 'act',
    act: { type: 'notice', controller: s.duty.recipient as ControllerId, as },
    after: { state: 'SENT', until: plus(s.now, s.configuration.policy.deliveryWithin), create: [promisedUpdate(s)] },
  };
};

/** The notice promises the next word by a fixed hour: four hours before it a person is told to write it. */
const promisedUpdate = (s: Situation): DutySpec => ({
  kind: 'human',
  recipient: 'incident-lead',
  step: 'update',
  deadlineAt: plus(s.duty.createdAt, updateWithin),
  notBefore: plus(s.duty.createdAt, hours(20)),
});

const humanTopics: Readonly<Record<string, PageTopic>> = { withdraw: 'withdraw', update: 'update' };

const human = (s: Situation): Plan => {
  if (s.parent && isTerminal(s.parent.state)) return end('CANCELLED', 'what it stood beside is done');
  const until = quietUntil(s, hours(4));
  if (isEarly(until, s.now)) return wait(until);
  return page(['sysop', 'incident-lead'], humanTopics[s.duty.step] ?? 'human', plus(s.now, hours(4)));
};

/** The plan for one turn of one duty. */
export const planOf = (s: Situation): Plan => {
  switch (s.duty.kind) {
    case 'ticket':
      return { do: 'act', act: { type: 'ticket' }, after: { state: 'DONE', reason: 'ticket open' } };
    case 'inform':
      return inform(s);
    case 'call':
      return s.duty.step === 'decide' ? callToDecide(s) : call(s);
    case 'consult':
      return consult(s);
    case 'review':
      return assess(s);
    case 'release':
      return s.duty.step.startsWith('confirmed') ? releaseConfirmed(s) : releaseSuspected(s);
    case 'identify-controller':
      return identify(s);
    case 'notice':
      return notice(s);
    case 'human':
      return human(s);
    default:
      // A kind that a later version made: not processed, but never dropped (I-43).
      return wait(plus(s.now, hours(1)), {
        create: [{ kind: 'human', recipient: 'sysop', step: s.duty.id, parent: s.duty.id, deadlineAt: s.duty.deadlineAt }],
      });
  }
};
