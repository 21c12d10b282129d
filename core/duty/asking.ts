// Decides how a person is asked for what only a person can do: to look at a report, to call a sender, to see to a sub-processor (P-8, P-22).
import { unanswered } from '../incident/scope.ts';
import { type Duration, days, hours, plus } from '../kernel/time.ts';
import { sendingsOf } from './duty.ts';
import { type PageTopic, type Plan, type Situation, end, isDecided, isEarly, isOver, page, quietUntil, wait } from './turn.ts';

/** Once at the start; past its deadline again and again, the deputies too, until somebody says what was done. Late from the start, at once. */
const asked = (s: Situation, topic: PageTopic, every: Duration): Plan => {
  const { deadlineAt, state } = s.duty;
  if (isEarly(deadlineAt, s.now)) return state === 'OPEN' ? page(['incident-lead'], topic, deadlineAt) : wait(deadlineAt);
  const until = quietUntil(s, every);
  if (isEarly(until, s.now) && sendingsOf(s.duty).some(({ at }) => at >= deadlineAt)) return wait(until);
  return page(['incident-lead', 'management'], topic, plus(s.now, every));
};

/** Never over by itself: a suspicion that only the clock made is nobody's answer. */
export const triage = (s: Situation): Plan => (isDecided(s.incident) ? end('DONE', s.incident.state) : asked(s, 'triage', hours(1)));

export const verifySender = (s: Situation): Plan =>
  isOver(s.incident) ? end('CANCELLED', s.incident.state) : asked(s, 'verify-sender', hours(1));

export const askAboutSubProcessor = (s: Situation): Plan =>
  isOver(s.incident)
    ? end('CANCELLED', s.incident.state)
    : asked(s, s.duty.step === 'inform' ? 'tell-subprocessor' : 'review-subprocessor', days(1));

/** All of an asset's controllers count as affected until somebody says which: narrowed, widened, or confirmed as they are (D-5). */
export const narrow = (s: Situation): Plan => {
  if ((s.incident.scope?.nth ?? 0) >= Number(s.duty.step)) return end('DONE', 'answered');
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (unanswered(s.incident, s.configuration.directory).length === 0) return end('CANCELLED', 'nobody is only possibly affected any more');
  return asked(s, 'narrow', days(1));
};
