// Decides who of those that an incident may touch is affected as it stands, what was told to them and holds, and what people are still to answer (P-14, D-5).
import type { Asset, Directory } from '../directory/directory.ts';
import type { ControllerId } from '../kernel/ids.ts';
import { unreachable } from '../kernel/result.ts';
import { type Instant, earliest } from '../kernel/time.ts';
import type { Incident, IncidentEvent, Release, RuleFinding, Withdrawal, WithdrawalReason } from './incident.ts';

type Event<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

export const ruledOutIn = ({ ruledOut }: Incident): ReadonlySet<ControllerId> => new Set((ruledOut ?? []).map((one) => one.controller));

/** The last withdrawal towards each controller that was told something. */
const takenBackIn = ({ withdrawals }: Incident): ReadonlyMap<ControllerId, Withdrawal> =>
  new Map((withdrawals ?? []).map((one) => [one.controller, one]));

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

const stepAgain = (incident: Incident, controller: ControllerId, as: Release['as']): Pick<Release, 'step'> => {
  const before = incident.releases.filter((one) => one.controller === controller && one.as === as && one.under === undefined).length;
  return before === 0 ? {} : { step: stepOfNotice(as, before + 1) };
};

export const releasedBy = (incident: Incident, { controllers, as, at, actor }: Event<'NoticeReleased'>): readonly Release[] =>
  controllers.map((controller) => ({ controller, as, at, actor, ...stepAgain(incident, controller, as) }));

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
): readonly Withdrawal[] => {
  const told = new Set(incident.releases.map((release) => release.controller));
  const { at, reason } = event;
  return event.controllers
    .filter((id) => told.has(id))
    .map((controller) => ({ controller, at, upTo: incident.releases.length, why, reason }));
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
  const back = (incident.ruledOut ?? []).filter((one) => ids.includes(one.controller));
  if (back.length === 0) return incident;
  const known = new Set(back.map((one) => one.controller));
  const nthOf = (id: ControllerId): number => (incident.returned?.[id]?.nth ?? 0) + 1;
  return {
    ...incident,
    controllers: [...incident.controllers, ...known].sort(),
    controllersAt: { ...incident.controllersAt, ...Object.fromEntries(back.map((one) => [one.controller, one.since])) },
    ruledOut: (incident.ruledOut ?? []).filter((one) => !known.has(one.controller)),
    returned: { ...incident.returned, ...Object.fromEntries([...known].map((id) => [id, { nth: nthOf(id), at }])) },
    ...(incident.scope && { scope: { ...incident.scope, about: incident.scope.about.filter((id) => !known.has(id)) } }),
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
  const theirs = (event.ruledOut ?? []).filter((one) => !back.controllers.includes(one.controller));
  if (theirs.length === 0) return back;
  const sinceOf = (id: ControllerId, since: Instant): Instant =>
    earliest(since, ...(back.ruledOut ?? []).flatMap((one) => (one.controller === id ? one.since : [])));
  const ours = (back.ruledOut ?? []).filter((one) => !theirs.some((other) => other.controller === one.controller));
  return { ...back, ruledOut: [...ours, ...theirs.map((one) => ({ ...one, since: sinceOf(one.controller, one.since) }))] };
};

/** Each with a clock of its own, from when it was first added. */
export const withAdded = (incident: Incident, { at, controllers }: Event<'ScopeWidened' | 'ControllerIdentified'>): Incident => {
  const back = readmitted(incident, controllers, at);
  const all = [...new Set([...back.controllers, ...controllers])].sort();
  return { ...back, controllers: all, controllersAt: Object.fromEntries(all.map((id) => [id, back.controllersAt[id] ?? at])) };
};

const narrowed = (incident: Incident, event: Event<'ScopeNarrowed'>): Incident => {
  const { at, reason } = event;
  const out = event.controllers.filter((id) => incident.controllers.includes(id));
  const isOut = (id: string): boolean => out.some((one) => one === id);
  const ruled = out.map((controller) => ({ controller, at, since: incident.controllersAt[controller] ?? at, reason }));
  return answered(
    {
      ...incident,
      controllers: incident.controllers.filter((id) => !isOut(id)),
      controllersAt: Object.fromEntries(Object.entries(incident.controllersAt).filter(([id]) => !isOut(id))),
      heldByPolicy: incident.heldByPolicy.filter((id) => !isOut(id)),
      ruledOut: [...(incident.ruledOut ?? []), ...ruled],
      withdrawals: [...(incident.withdrawals ?? []), ...withdrawing(incident, event, 'not-affected')],
    },
    at,
  );
};

const withdrawn = (incident: Incident, event: Event<'NoticesWithdrawn'>): Incident => ({
  ...incident,
  withdrawals: [...(incident.withdrawals ?? []), ...withdrawing(incident, event, 'no-breach')],
});

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
      return withdrawn(incident, event);
    default:
      return unreachable(event);
  }
};

/** This asset alone of those that were hit ties the finding to this controller, or it shares it with others who were touched. */
const isOnlyOne = ({ controllers }: Asset, { touched }: RuleFinding): boolean =>
  controllers.filter((id) => touched.includes(id)).length === 1;

/** Certain: an asset that was hit holds its data alone, or no asset does, so the event itself named it (see `core/directory/resolve.ts`). */
const isCertain = (id: ControllerId, line: RuleFinding, { assets }: Pick<Directory, 'assets'>): boolean => {
  const holding = assets.filter((asset) => line.assets.includes(asset.id) && asset.controllers.includes(id));
  return holding.length === 0 || holding.some((asset) => isOnlyOne(asset, line));
};

/** Affected only possibly, because it shares what was hit: all of an asset's controllers are, until somebody says which (D-5). */
export const possiblyAffected = (incident: Incident, directory: Pick<Directory, 'assets'>): readonly ControllerId[] =>
  incident.controllers.filter((id) => {
    const lines = incident.findings.filter((line) => line.touched.includes(id));
    return lines.length > 0 && !lines.some((line) => isCertain(id, line, directory));
  });

/** Those about whom nobody has answered yet. */
export const unanswered = (incident: Incident, directory: Pick<Directory, 'assets'>): readonly ControllerId[] =>
  possiblyAffected(incident, directory).filter((id) => !incident.scope?.about.includes(id));
