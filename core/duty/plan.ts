// Decides what a duty's turn is: act, wait, or end. Pure: the same duty, incident and hour give the same plan.
import { updateWithin } from '../clock/deadline.ts';
import type { RoleName } from '../directory/directory.ts';
import { releasedTo } from '../incident/decide.ts';
import type { Incident, Withdrawal } from '../incident/incident.ts';
import { liveReleases, takenBack } from '../incident/scope.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { hours, plus } from '../kernel/time.ts';
import { askAboutSubProcessor, narrow, triage, verifySender } from './asking.ts';
import { call, callAgain, callToDecide } from './calling.ts';
import { isTerminal, sendingsOf, triageStep, withdrawStep } from './duty.ts';
import { releaseConfirmed, releaseSuspected } from './releasing.ts';
import { assessBy, isLasting, lastingStep, tellOfDisturbance } from './disturbing.ts';
import { goesOn } from './goes-on.ts';
import { assessOwnBreach, reportOwnBreach, tellPeople } from './owning.ts';
import { type DutySpec, againStep } from './spec.ts';
import {
  type PageTopic,
  type Plan,
  type Situation,
  end,
  isDecided,
  isEarly,
  isOver,
  page,
  quietUntil,
  untilArrived,
  wait,
} from './turn.ts';
import { withdrawal } from './withdrawing.ts';

const inform = (s: Situation): Plan => ({
  do: 'act',
  act: {
    type: 'page',
    roles: [s.duty.recipient as RoleName],
    topic: s.duty.step.startsWith('digest') ? 'digest' : 'inform',
    reach: 'first',
  },
  after: { state: 'DONE', reason: 'delivered' },
});

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

const unanswered = ['policy.assessWithin', 'unanswered', 'assessment unanswered'] as const;
const stillAway = ['policy.disturbance', 'lasting', 'a service is away for so long that a loss is suspected'] as const;

const assess = (s: Situation): Plan => {
  if (s.incident.state !== 'open') return end('DONE', s.incident.state);
  const by = assessBy(s);
  const [rule, why, reason] = by < s.duty.deadlineAt ? stillAway : unanswered;
  if (s.now >= by)
    return end('EXPIRED', reason, {
      commands: [{ type: 'Suspect', at: s.now, actor: { by: 'machine', rule }, why }],
    });
  return s.duty.state === 'SENT' ? wait(by) : page(['incident-lead'], 'assess', by);
};

const identify = (s: Situation): Plan => {
  if (!s.incident.unidentified) return end('DONE', 'identified');
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.duty.state === 'OPEN') return page(['incident-lead'], 'identify', s.duty.deadlineAt);
  if (isEarly(s.duty.deadlineAt, s.now)) return wait(s.duty.deadlineAt);
  const until = quietUntil(s, hours(1));
  if (isEarly(until, s.now) && sendingsOf(s.duty).some((e) => e.at >= s.duty.deadlineAt)) return wait(until);
  // Past its hour the deputies hear of it too, every hour, until it is known.
  return page(['incident-lead', 'management'], 'identify', plus(s.now, hours(1)));
};

/** For the register: why nobody is told. */
const notOwed = ({ why, reason }: Withdrawal): string =>
  why === 'not-affected' ? `not affected after all: ${reason}` : 'withdrawn before it was sent';

const notice = (s: Situation): Plan => {
  const as = s.duty.step.startsWith('confirmed') ? 'confirmed' : 'suspected';
  const back = takenBack(s.incident, s.duty.recipient as ControllerId, s.duty.step);
  if (back) return s.duty.state === 'SENT' ? end('EXPIRED', 'taken back before its arrival was known') : end('CANCELLED', notOwed(back));
  if (as === 'suspected' && s.incident.state === 'refuted' && s.duty.state !== 'SENT')
    return end('CANCELLED', 'refuted before it was sent');
  // What it says, "not confirmed", is no longer true, and the confirmed notice to the same controller is on its way.
  if (as === 'suspected' && s.duty.state !== 'SENT' && releasedTo(s.incident, 'confirmed').has(s.duty.recipient as ControllerId))
    return end('CANCELLED', 'the confirmed notice takes its place');
  if (s.duty.state === 'SENT') return untilArrived(s);
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

const humanTopics: Readonly<Record<string, PageTopic>> = { withdraw: 'withdraw', update: 'update', archived: 'archived' };

const topicOf = ({ step }: Situation['duty']): PageTopic => (step.endsWith(lastingStep) ? 'lasting' : (humanTopics[step] ?? 'human'));

/** Something was told once, and nothing of it holds: neither its withdrawal nor an update is owed by a person any more. */
const nothingHolds = (incident: Incident): boolean => incident.releases.length > 0 && liveReleases(incident).length === 0;

const human = (s: Situation): Plan => {
  if (s.parent && isTerminal(s.parent.state)) return end('CANCELLED', 'what it stood beside is done');
  // What the archiving means is answered by any decision.
  if (s.duty.step === 'archived' && isDecided(s.incident)) return end('CANCELLED', s.incident.state);
  if ((s.duty.step === withdrawStep || s.duty.step === 'update') && nothingHolds(s.incident))
    return end('CANCELLED', s.incident.parted ? 'nothing that was told goes on here' : 'withdrawn');
  if (s.duty.step.endsWith(lastingStep) && !isLasting(s)) return end('CANCELLED', 'it is back');
  const until = quietUntil(s, hours(4));
  if (isEarly(until, s.now)) return wait(until);
  return page(['sysop', 'incident-lead'], topicOf(s.duty), plus(s.now, hours(4)));
};

/** The plan for one turn of one duty. */
export const planOf = (s: Situation): Plan => {
  switch (s.duty.kind) {
    case 'ticket':
      return { do: 'act', act: { type: 'ticket' }, after: { state: 'DONE', reason: 'ticket open' } };
    case 'inform':
      return inform(s);
    case 'call':
      if (s.duty.step.startsWith(againStep)) return callAgain(s);
      return s.duty.step === 'decide' ? callToDecide(s) : call(s);
    case 'consult':
      return consult(s);
    case 'review':
      return s.duty.step === triageStep ? triage(s) : assess(s);
    case 'phone':
      return verifySender(s);
    case 'subprocessor':
      return askAboutSubProcessor(s);
    case 'release':
      return s.duty.step.startsWith('confirmed') ? releaseConfirmed(s) : releaseSuspected(s);
    case 'identify-controller':
      return identify(s);
    case 'narrow':
      return narrow(s);
    case 'notice':
      return notice(s);
    case 'disturbance':
      return tellOfDisturbance(s);
    case 'withdrawal':
      return s.duty.state === 'SENT' ? untilArrived(s) : withdrawal(s);
    case 'human':
      return human(s);
    case 'own-assessment':
      return assessOwnBreach(s);
    case 'own-report':
      return reportOwnBreach(s);
    case 'own-art34':
      return tellPeople(s);
    case 'update':
      return s.duty.state === 'SENT' ? untilArrived(s) : goesOn(s);
    case 'fanout':
      return { do: 'act', act: { type: 'create' }, after: { state: 'DONE', reason: 'all created' } };
    default:
      // A kind that a later version made: not processed, but never dropped (I-43).
      return wait(plus(s.now, hours(1)), {
        create: [{ kind: 'human', recipient: 'sysop', step: s.duty.id, parent: s.duty.id, deadlineAt: s.duty.deadlineAt }],
      });
  }
};
