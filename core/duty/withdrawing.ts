// Decides when what was told to a controller is taken back by mail: once everything on its way has come to its end, and only if anything may have left (P-14).
import type { Incident, Withdrawal } from '../incident/incident.ts';
import { noticeStep } from '../incident/scope.ts';
import { type ControllerId, dutyId, incidentSubject } from '../kernel/ids.ts';
import { minutes, plus } from '../kernel/time.ts';
import { type Duty, type DutyRef, isTerminal, sendingsOf } from './duty.ts';
import { type Plan, type Situation, type Told, end, isOver, wait } from './turn.ts';

/** One withdrawal towards one controller, with its number among those to the same: one duty, one mail. */
type OneWithdrawal = Omit<Withdrawal, 'controllers'> & { readonly controller: ControllerId; readonly nth: number };

export const withdrawalsOf = ({ withdrawals = [] }: Incident): readonly OneWithdrawal[] => {
  const known = new Map<ControllerId, number>();
  return withdrawals.flatMap(({ controllers, ...one }) =>
    controllers.map((controller) => {
      const nth = (known.get(controller) ?? 0) + 1;
      known.set(controller, nth);
      return { ...one, controller, nth };
    }),
  );
};

type Notice = DutyRef & { readonly index: number; readonly told: Omit<Told, 'at'> };
type Earlier = DutyRef & { readonly upTo: number };

/** Everything that may have gone to the controller before this withdrawal, under its own reference or that of a merged case. */
const wordsBefore = (
  incident: Incident,
  { recipient, step }: Duty,
): { readonly notices: readonly Notice[]; readonly earlier: readonly Earlier[] } => {
  const notices = incident.releases.flatMap((release, index): readonly Notice[] => {
    if (release.controller !== recipient) return [];
    const { as, under = incident.id } = release;
    const subject = incidentSubject(under);
    return [{ subject, id: dutyId(subject, 'notice', recipient, noticeStep(release)), index, told: { as, incident: under } }];
  });
  const subject = incidentSubject(incident.id);
  const earlier = withdrawalsOf(incident)
    .filter((one) => one.controller === recipient && one.nth < Number(step))
    .map(({ nth, upTo }): Earlier => ({ subject, id: dutyId(subject, 'withdrawal', recipient, String(nth)), upTo }));
  return { notices, earlier };
};

/** The duties that a withdrawal has to know. */
export const wordsTo = (incident: Incident, withdrawal: Duty): readonly DutyRef[] => {
  const { notices, earlier } = wordsBefore(incident, withdrawal);
  return [...notices, ...earlier].map(({ subject, id }) => ({ subject, id }));
};

/**
 * Did it leave, or may it have? A channel took it, a try ended without an outcome, or a claim lapsed in the middle of one: each try that
 * came to an end has a line in the chain, beside the one that made the duty and the one that ended it.
 */
export const mayHaveLeft = ({ evidence, unsure, attempts, head }: Duty): boolean =>
  evidence.length > 0 || unsure === true || attempts > head.seq - 1;

/** `mail.contact-2` took it: whoever was told is who hears of its withdrawal first. */
const contactsOf = (duties: readonly Duty[]): readonly number[] =>
  duties.flatMap(sendingsOf).flatMap(({ channel }) => {
    const nth = Number(/^mail\.contact-(\d+)$/.exec(channel)?.[1]);
    return Number.isNaN(nth) ? [] : [nth - 1];
  });

/** Before it is sent. `s.told`: the duties of `wordsTo`, as far as they exist. */
export const withdrawal = (s: Situation): Plan => {
  const { duty, incident, now, told = [] } = s;
  const own = withdrawalsOf(incident).find((one) => one.controller === duty.recipient && String(one.nth) === duty.step);
  if (own === undefined) return end('CANCELLED', 'no withdrawal of that number is on the incident');
  if (incident.controllers.includes(own.controller) && !isOver(incident)) return end('CANCELLED', 'affected after all');
  const onItsWay = told.filter((one) => !isTerminal(one.state) && one.state !== 'SENT');
  // What is blocked waits for a person; anything else is in hand, or ends at its next turn.
  if (onItsWay.length > 0) return wait(plus(now, onItsWay.some((one) => one.state === 'BLOCKED') ? minutes(15) : minutes(1)));
  const left = new Map(told.filter(mayHaveLeft).map((one) => [one.id, one]));
  const { notices, earlier } = wordsBefore(incident, duty);
  const covered = Math.max(0, ...earlier.filter(({ id }) => left.has(id)).map(({ upTo }) => upTo));
  const said = notices.filter(({ id, index }) => left.has(id) && index >= covered);
  if (said.length === 0) return end('CANCELLED', covered > 0 ? 'withdrawn already' : 'nothing was sent to this controller');
  const duties = said.flatMap(({ id }) => left.get(id) ?? []);
  return {
    do: 'act',
    act: {
      type: 'withdrawal',
      controller: own.controller,
      why: own.why,
      decidedAt: own.at,
      told: said.map(({ id, told: word }) => ({ ...word, at: left.get(id)?.sentAt ?? left.get(id)?.createdAt ?? own.at })),
      first: [...new Set(contactsOf(duties))],
    },
    after: { state: 'SENT', until: plus(now, s.configuration.policy.deliveryWithin) },
  };
};
