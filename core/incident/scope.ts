// Decides who of those that an incident may touch is affected as it stands, what was told to them and holds, and what people are still to answer (P-14, D-5).
import type { Directory } from '../directory/directory.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { unreachable } from '../kernel/result.ts';
import { type Instant, earliest } from '../kernel/time.ts';
import type { Incident, IncidentEvent, Release, RuledOut, RuleFinding, Withdrawal, WithdrawalReason } from './incident.ts';

type Event<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

const namesIn = ({ since }: RuledOut): readonly ControllerId[] => Object.keys(since) as ControllerId[];

export const ruledOutIn = ({ ruledOut = [] }: Incident): ReadonlySet<ControllerId> => new Set(ruledOut.flatMap(namesIn));

/** Since when each of those was affected as far as was known. */
const sinceIn = (ruledOut: readonly RuledOut[]): Readonly<Record<string, Instant>> =>
  Object.fromEntries(ruledOut.flatMap(({ since }) => Object.entries(since)));

/** Those that are left when these are not ruled out any more. */
const without = (ruledOut: readonly RuledOut[], ids: ReadonlySet<string>): readonly RuledOut[] =>
  ruledOut
    .map((one) => ({ ...one, since: Object.fromEntries(Object.entries(one.since).filter(([id]) => !ids.has(id))) }))
    .filter((one) => namesIn(one).length > 0);

/** The last withdrawal towards each controller that was told something. */
const takenBackIn = ({ withdrawals = [] }: Incident): ReadonlyMap<ControllerId, Withdrawal> =>
  new Map(withdrawals.flatMap((one) => one.controllers.map((id) => [id, one] as const)));

/** Releases to this controller that went on in another case when this one was split: so many from the first. */
const movedIn = ({ parted = [] }: Incident, controller: ControllerId): number =>
  Math.max(0, ...parted.filter(({ leaves }) => leaves.includes(controller)).map(({ upTo }) => upTo));

/** Releases whose word still holds here: none of those that were taken back, or that went on elsewhere. */
export const liveReleases = (incident: Incident): readonly Release[] => {
  const back = takenBackIn(incident);
  return incident.releases.filter(({ controller }, i) => i >= Math.max(back.get(controller)?.upTo ?? 0, movedIn(incident, controller)));
};

/** The step of the notice that a release lets go. */
export const noticeStep = (release: Release): string => release.step ?? release.as;

/** The first notice of its kind bears its kind as step; one that is told again after it was taken back is a notice of its own. */
export const stepOfNotice = (as: Release['as'], nth: number): string => (nth === 1 ? as : `${as}:${nth}`);

export const releasedBy = (incident: Incident, { controllers, as, at, actor }: Event<'NoticeReleased'>): readonly Release[] => {
  const own = incident.releases.filter((one) => one.as === as && one.under === undefined);
  const before = Map.groupBy(own, (one) => one.controller);
  return controllers.map((controller) => {
    const nth = (before.get(controller)?.length ?? 0) + 1;
    return { controller, as, at, actor, ...(nth === 1 ? {} : { step: stepOfNotice(as, nth) }) };
  });
};

/** What took this notice of ours back; undefined while its word holds. */
export const takenBack = (incident: Incident, controller: ControllerId, step: string): Withdrawal | undefined => {
  const own = (one: Release): boolean => one.controller === controller && one.under === undefined && noticeStep(one) === step;
  const index = incident.releases.findIndex(own);
  const last = takenBackIn(incident).get(controller);
  return index >= 0 && last !== undefined && index < last.upTo ? last : undefined;
};

/** One mail to each that may have been told anything, whether an earlier withdrawal reached it or not: that is found out before it is sent. */
const withdrawing = (
  incident: Incident,
  event: Event<'ScopeNarrowed' | 'NoticesWithdrawn'>,
  why: WithdrawalReason,
): Pick<Incident, 'withdrawals'> => {
  const told = new Set(incident.releases.map((release) => release.controller));
  const controllers = event.controllers.filter((id) => told.has(id));
  if (controllers.length === 0) return {};
  const { at, reason } = event;
  return { withdrawals: [...(incident.withdrawals ?? []), { controllers, at, upTo: incident.releases.length, why, reason }] };
};

/** People answered who is affected: of everybody whom they can have had in mind. */
const answered = (incident: Incident, at: Instant): Incident => ({
  ...incident,
  scope: {
    nth: (incident.scope?.nth ?? 0) + 1,
    at,
    about: [...new Set([...incident.controllers, ...ruledOutIn(incident)])].sort(),
  },
});

/** Whoever was ruled out and is affected after all: its clock runs from when it was first added, for no clock moves later. */
export const readmitted = (incident: Incident, ids: readonly ControllerId[], at: Instant): Incident => {
  const out = ruledOutIn(incident);
  const back = ids.filter((id) => out.has(id));
  if (back.length === 0) return incident;
  const { ruledOut = [], returned, scope } = incident;
  const known = new Set<string>(back);
  const since = Object.entries(sinceIn(ruledOut)).filter(([id]) => known.has(id));
  const again = back.map((id) => [id, { nth: (returned?.[id]?.nth ?? 0) + 1, at }] as const);
  return {
    ...incident,
    controllers: [...incident.controllers, ...back].sort(),
    controllersAt: { ...incident.controllersAt, ...Object.fromEntries(since) },
    ruledOut: without(ruledOut, known),
    returned: { ...returned, ...Object.fromEntries(again) },
    ...(scope && { scope: { ...scope, about: scope.about.filter((id) => !known.has(id)) } }),
  };
};

/**
 * Ruled out on what was known: the same rule on the same assets says nothing new about it. Another rule, or another asset of its, does,
 * and it is affected again.
 */
export const cameBack = (incident: Incident, line: RuleFinding): readonly ControllerId[] => {
  const out = ruledOutIn(incident);
  const isCovered = (id: ControllerId): boolean =>
    incident.findings.some(
      (known) =>
        known.rule.name === line.rule.name && known.touched.includes(id) && line.assets.every((asset) => known.assets.includes(asset)),
    );
  return line.touched.filter((id) => out.has(id) && !isCovered(id));
};

/** A merge: whom either counts as affected is, whatever the other's people said; whom one ruled out and the other never knew stays out. */
export const scopeOfBoth = (incident: Incident, event: Event<'IncidentMerged'>): Incident => {
  const back = readmitted(incident, Object.keys(event.controllersAt) as ControllerId[], event.at);
  const { ruledOut: ours = [], controllers } = back;
  const theirs = without(event.ruledOut ?? [], new Set<string>(controllers));
  if (theirs.length === 0) return back;
  const known = sinceIn(ours);
  const merged = theirs.map((one) => ({
    ...one,
    since: Object.fromEntries(Object.entries(one.since).map(([id, at]) => [id, earliest(at, known[id] ?? at)])),
  }));
  return { ...back, ruledOut: [...without(ours, new Set(theirs.flatMap(namesIn))), ...merged] };
};

/** Each with a clock of its own, from when it was first added. */
export const withAdded = (incident: Incident, { at, controllers }: Event<'ScopeWidened' | 'ControllerIdentified'>): Incident => {
  const back = readmitted(incident, controllers, at);
  const all = [...new Set([...back.controllers, ...controllers])].sort();
  return { ...back, controllers: all, controllersAt: Object.fromEntries(all.map((id) => [id, back.controllersAt[id] ?? at])) };
};

/** Off the incident, with its clock: both come back with it. */
export const ruleOut = (
  incident: Incident,
  { controllers, at, reason }: Pick<Event<'ScopeNarrowed'>, 'controllers' | 'at' | 'reason'>,
): Incident => {
  const out = new Set<string>(controllers.filter((id) => incident.controllers.includes(id)));
  if (out.size === 0) return incident;
  const since = Object.fromEntries([...out].map((id) => [id, incident.controllersAt[id] ?? at]));
  return {
    ...incident,
    controllers: incident.controllers.filter((id) => !out.has(id)),
    controllersAt: Object.fromEntries(Object.entries(incident.controllersAt).filter(([id]) => !out.has(id))),
    heldByPolicy: incident.heldByPolicy.filter((id) => !out.has(id)),
    ruledOut: [...(incident.ruledOut ?? []), { at, reason, since }],
  };
};

const narrowed = (incident: Incident, event: Event<'ScopeNarrowed'>): Incident =>
  answered({ ...ruleOut(incident, event), ...withdrawing(incident, event, 'not-affected') }, event.at);

/** What a person's word on the scope makes of the incident. */
export const rescoped = (
  incident: Incident,
  event: Event<'ScopeWidened' | 'ScopeNarrowed' | 'ScopeConfirmed' | 'NoticesWithdrawn'>,
): Incident => {
  switch (event.type) {
    case 'ScopeWidened':
      return answered(withAdded(incident, event), event.at);
    case 'ScopeNarrowed':
      return narrowed(incident, event);
    case 'ScopeConfirmed':
      return answered(incident, event.at);
    case 'NoticesWithdrawn':
      return { ...incident, ...withdrawing(incident, event, 'no-breach') };
    default:
      return unreachable(event);
  }
};

/**
 * Certain: an asset that was hit holds its data alone, or no asset does, so that the event itself named it (see
 * `core/directory/resolve.ts`).
 */
const certainIn = ({ assets: hit, touched }: RuleFinding, { assets }: Pick<Directory, 'assets'>): readonly ControllerId[] => {
  const known = new Set(touched);
  const sharers = assets.filter(({ id }) => hit.includes(id)).map(({ controllers }) => controllers.filter((id) => known.has(id)));
  const held = new Set(sharers.flat());
  return [...touched.filter((id) => !held.has(id)), ...sharers.flatMap((ids) => (ids.length === 1 ? ids : []))];
};

/** Affected only possibly, because it shares what was hit: all of an asset's controllers are, until somebody says which (D-5). */
export const possiblyAffected = ({ controllers, findings }: Incident, directory: Pick<Directory, 'assets'>): readonly ControllerId[] => {
  const touched = new Set(findings.flatMap((line) => line.touched));
  const certain = new Set(findings.flatMap((line) => certainIn(line, directory)));
  return controllers.filter((id) => touched.has(id) && !certain.has(id));
};

/** Those about whom nobody has answered yet. */
export const unanswered = (incident: Incident, directory: Pick<Directory, 'assets'>): readonly ControllerId[] => {
  const about = new Set(incident.scope?.about);
  return possiblyAffected(incident, directory).filter((id) => !about.has(id));
};
