// Decides what the operator owes as a controller itself: to assess its own breach, to report it within 72 hours, to tell those concerned (P-4).
import type { Configuration } from '../directory/directory.ts';
import type { Incident } from '../incident/incident.ts';
import { touchesOwn } from '../incident/own.ts';
import { type Duration, type Instant, earliest, hours, minus, plus } from '../kernel/time.ts';
import { sendingsOf } from './duty.ts';
import type { DutySpec } from './spec.ts';
import { type PageTopic, type Plan, type Situation, end, isEarly, isOver, page, quietUntil, wait } from './turn.ts';

/** Who answers for the company. */
const owner = 'management';

/** Art. 33(1) on the strictest reading: exact hours from awareness, no rounding, no holidays. */
const reportWithin: Duration = hours(72);
/** From here on there is no time left for waiting. */
const calledBefore: Duration = hours(24);
const reportBy = ({ aware }: Incident): Instant | undefined => (aware === undefined ? undefined : plus(aware.at, reportWithin));

/** What was ended by "no risk" and is owed after all is a duty of its own. */
const stepOf = ({ own }: Incident): string => String((own?.cleared ?? 0) + 1);

const isRunning = ({ state }: Incident): boolean => state === 'suspected' || state === 'confirmed' || state === 'contained';

const reported = (incident: Incident): readonly DutySpec[] => {
  const deadlineAt = reportBy(incident);
  if (deadlineAt === undefined || incident.own?.risk === 'none') return [];
  return [{ kind: 'own-report', recipient: owner, step: stepOf(incident), deadlineAt }];
};

/** Art. 34 names no hours: without undue delay. */
const communicated = (incident: Incident): readonly DutySpec[] =>
  incident.aware === undefined || incident.own?.risk !== 'high'
    ? []
    : [{ kind: 'own-art34', recipient: owner, step: stepOf(incident), deadlineAt: plus(incident.own.at, hours(24)) }];

/** Beside the notices, never instead of them. */
export const ownOwed = (incident: Incident, { directory }: Configuration): readonly DutySpec[] => {
  if (!isRunning(incident) || !touchesOwn(incident, directory)) return [];
  const starts = [incident.suspectedAt, incident.aware?.at].filter((at) => at !== undefined);
  const assessment: DutySpec = { kind: 'own-assessment', recipient: owner, step: '1', deadlineAt: plus(earliest(...starts), hours(24)) };
  return [assessment, ...reported(incident), ...communicated(incident)];
};

/** At the start; from this hour on again and again, on every channel, and whoever leads the case too. */
const pressed = (s: Situation, topic: PageTopic, { from, every }: { readonly from: Instant; readonly every: Duration }): Plan => {
  if (s.duty.state === 'OPEN' && isEarly(from, s.now)) return page([owner], topic, from);
  if (isEarly(from, s.now)) return wait(from);
  const until = quietUntil(s, every);
  if (isEarly(until, s.now) && sendingsOf(s.duty).some(({ at }) => at >= from)) return wait(until);
  return {
    do: 'act',
    act: { type: 'page', roles: [owner, 'incident-lead'], topic, reach: 'all' },
    after: { state: 'SENT', until: plus(s.now, every) },
  };
};

export const assessOwnBreach = (s: Situation): Plan => {
  if (s.incident.own) return end('DONE', `assessed: ${s.incident.own.risk}`);
  return isOver(s.incident)
    ? end('CANCELLED', s.incident.state)
    : pressed(s, 'own-assessment', { from: s.duty.deadlineAt, every: hours(4) });
};

export const reportOwnBreach = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.incident.own?.risk === 'none') return end('CANCELLED', 'a risk is unlikely, by the reason on record');
  // An awareness that was dated back ends it sooner.
  const by = earliest(s.duty.deadlineAt, reportBy(s.incident) ?? s.duty.deadlineAt);
  return pressed(s, 'own-report', { from: minus(by, calledBefore), every: hours(4) });
};

export const tellPeople = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (s.incident.own?.risk !== 'high') return end('CANCELLED', 'no high risk, by the reason on record');
  return pressed(s, 'own-art34', { from: s.duty.deadlineAt, every: hours(4) });
};
