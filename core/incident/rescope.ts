// Decides what people may say of an incident's scope, and what becomes of what was told: widen, narrow, confirm, withdraw, each with its reason (P-14).
import type { ControllerId } from '../kernel/ids.ts';
import { type Result, fail, ok, unreachable } from '../kernel/result.ts';
import type { Instant } from '../kernel/time.ts';
import type { Refused } from './decide.ts';
import type { Actor, Incident, IncidentEvent } from './incident.ts';
import { liveReleases } from './scope.ts';

type By = { readonly at: Instant; readonly actor: Actor; readonly reason: string };
type Whom = { readonly controllers: readonly ControllerId[] };

export type ScopeCommand =
  | ({ readonly type: 'Widen' } & By & Whom)
  | ({ readonly type: 'Narrow' } & By & Whom)
  | ({ readonly type: 'ConfirmScope' } & By)
  | ({ readonly type: 'Withdraw' } & By);

type Command<T extends ScopeCommand['type']> = Extract<ScopeCommand, { readonly type: T }>;

type Decision = Result<readonly IncidentEvent[], Refused>;

const refuse = (kind: Refused['kind'], message: string, field?: string): Decision =>
  fail(field === undefined ? { kind, message } : { kind, message, field });

/** Absence has to be shown, not assumed: the shortest honest sentence is longer than a click. */
export const evidenceAtLeast = 20;

const isOver = ({ state }: Incident): boolean => state === 'refuted' || state === 'closed';
const over = refuse('wrong-state', 'This incident is over: whom it touches is not asked any more.');

const widen = (incident: Incident, { at, actor, controllers, reason }: Command<'Widen'>): Decision => {
  if (isOver(incident)) return over;
  if (controllers.length === 0) return refuse('invalid', 'Name at least one controller of the directory.', 'controllers');
  if (reason.trim() === '') return refuse('invalid', 'Say what shows that this controller is affected too.', 'reason');
  const added = [...new Set(controllers)].filter((id) => !incident.controllers.includes(id));
  if (added.length === 0) return refuse('already', 'These controllers are on the incident already.');
  return ok([{ type: 'ScopeWidened', at, actor, controllers: added, reason }]);
};

/** Its clock ends by documented evidence alone, as that of the whole incident does (D-5). */
const narrow = (incident: Incident, { at, actor, controllers, reason }: Command<'Narrow'>): Decision => {
  if (isOver(incident)) return over;
  const out = [...new Set(controllers)].filter((id) => incident.controllers.includes(id));
  if (out.length === 0) return refuse('invalid', 'Name at least one controller that the incident counts as affected.', 'controllers');
  if (reason.trim().length < evidenceAtLeast)
    return refuse(
      'invalid',
      `Say what shows that its data is not affected, and which logs cover the time (at least ${evidenceAtLeast} characters).`,
      'reason',
    );
  return ok([{ type: 'ScopeNarrowed', at, actor, controllers: out, reason }]);
};

const confirmScope = (incident: Incident, { at, actor, reason }: Command<'ConfirmScope'>): Decision => {
  if (isOver(incident)) return over;
  if (incident.controllers.length === 0) return refuse('wrong-state', 'No controller is named yet: identify or add it first.');
  if (reason.trim() === '') return refuse('invalid', 'Say what shows that all of them are affected.', 'reason');
  if (incident.controllers.every((id) => incident.scope?.about.includes(id)))
    return refuse('already', 'Somebody answered this for all of these controllers already.');
  return ok([{ type: 'ScopeConfirmed', at, actor, reason }]);
};

/** The whole was false. What was confirmed stays in the record with its hour; its outcome becomes that of a refutation. */
const withdraw = (incident: Incident, { at, actor, reason }: Command<'Withdraw'>): Decision => {
  if (incident.state === 'closed') return refuse('wrong-state', 'This incident is closed. Withdraw what the one it was merged into told.');
  const controllers = [...new Set(liveReleases(incident).map((release) => release.controller))].sort();
  if (controllers.length === 0)
    return refuse(
      (incident.withdrawals ?? []).length > 0 ? 'already' : 'wrong-state',
      'No controller was told anything that still holds: there is nothing to withdraw.',
    );
  if (reason.trim().length < evidenceAtLeast)
    return refuse(
      'invalid',
      `Say what shows that there was no breach, and which logs cover the time (at least ${evidenceAtLeast} characters).`,
      'reason',
    );
  const told: IncidentEvent = { type: 'NoticesWithdrawn', at, actor, controllers, reason };
  return ok(incident.state === 'refuted' ? [told] : [{ type: 'BreachRefuted', at, actor, evidence: reason }, told]);
};

/** The command's events, or the reason why not. */
export const decideScope = (command: ScopeCommand, incident: Incident): Decision => {
  switch (command.type) {
    case 'Widen':
      return widen(incident, command);
    case 'Narrow':
      return narrow(incident, command);
    case 'ConfirmScope':
      return confirmScope(incident, command);
    case 'Withdraw':
      return withdraw(incident, command);
    default:
      return unreachable(command);
  }
};
