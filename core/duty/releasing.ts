// Decides when a notice goes although nobody lets it: each controller at its own hour, as contract and policy say (D-5).
import { noticeTerm, releaseBy, suspectedLimit } from '../clock/deadline.ts';
import { type Controller, decidingRoles } from '../directory/directory.ts';
import { type Command, releasedTo } from '../incident/decide.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { type Instant, earliest, hours, latest, minutes, plus } from '../kernel/time.ts';
import { type DutySpec, lateOf } from './spec.ts';
import { type Plan, type Situation, end, isDecided, isOver, page, wait } from './turn.ts';

/** All controllers of the incident, or the one that came later and has a release of its own. */
const affected = (s: Situation): readonly Controller[] => {
  const late = lateOf(s.duty.step);
  const ids = s.incident.controllers.filter((id) => late === undefined || id === late);
  return ids.flatMap((id) => s.configuration.directory.controllers.get(id) ?? []);
};

/** A release of one controller's own is over with it; that of all goes on for who is left. */
const isRuledOut = ({ duty, incident }: Situation): boolean => {
  const late = lateOf(duty.step);
  return late !== undefined && !incident.controllers.includes(late);
};

const machine = (rule: string) => ({ by: 'machine' as const, rule });

const callDeciders = (s: Situation): readonly DutySpec[] =>
  decidingRoles.map((role) => ({ kind: 'call', recipient: role, step: 'decide', deadlineAt: plus(s.now, minutes(5)) }));

/** When nobody decides: deciders called at 2 h; at each controller's own limit its contract's policy acts (D-5). */
export const releaseSuspected = (s: Situation): Plan => {
  if (isDecided(s.incident)) return end('DONE', s.incident.state);
  if (isRuledOut(s)) return end('CANCELLED', 'this controller is not affected after all');
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
export const releaseConfirmed = (s: Situation): Plan => {
  if (isOver(s.incident)) return end('CANCELLED', s.incident.state);
  if (isRuledOut(s)) return end('CANCELLED', 'this controller is not affected after all');
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
