// Decides what a split makes of a case: a part of it goes on by itself, by the same clocks; nobody is dropped, nobody is told twice (P-14).
import { toldElsewhere } from './disturbance.ts';
import { summarise } from './fold.ts';
import { type ControllerId, type IncidentId, type SignalId, reference } from '../kernel/ids.ts';
import { type Result, fail, ok } from '../kernel/result.ts';
import { type Instant, earliest, latest } from '../kernel/time.ts';
import type { Refused } from './decide.ts';
import type { Actor, Incident, IncidentEvent, Release, RuleFinding } from './incident.ts';
import { liveReleases, ruleOut, ruledOutIn } from './scope.ts';

type Event<T extends IncidentEvent['type']> = Extract<IncidentEvent, { readonly type: T }>;

/** Findings by their rules' names; none named: all. Of them what touches these controllers; none named: the whole of them. */
export type Part = { readonly rules: readonly string[]; readonly controllers: readonly ControllerId[] };

export type Splitting = {
  readonly at: Instant;
  readonly actor: Actor;
  readonly reason: string;
  readonly part: Part;
  readonly into: IncidentId;
  /** Has anything of this release left, or may it have? */
  readonly hasLeft: (release: Release) => boolean;
};

export type Split = { readonly stays: readonly IncidentEvent[]; readonly goes: readonly IncidentEvent[] };

const refuse = (message: string, field?: string): Result<never, Refused> =>
  fail(field === undefined ? { kind: 'wrong-state', message } : { kind: 'invalid', field, message });

/** What of a finding goes: all of it, or as far as it touches these. */
const taken = (finding: RuleFinding, { controllers }: Part): RuleFinding => {
  if (controllers.length === 0) return finding;
  const among = (ids: readonly ControllerId[]): readonly ControllerId[] => ids.filter((id) => controllers.includes(id));
  return { ...finding, controllers: among(finding.controllers), touched: among(finding.touched), unidentified: false };
};

/** What of it stays; nothing where all that it touched goes. */
const left = (finding: RuleFinding, { controllers }: Pick<Part, 'controllers'>): readonly RuleFinding[] => {
  if (controllers.length === 0) return [];
  const others = (ids: readonly ControllerId[]): readonly ControllerId[] => ids.filter((id) => !controllers.includes(id));
  const touched = others(finding.touched);
  if (touched.length === 0 && finding.touched.length > 0 && !finding.unidentified) return [];
  return [{ ...finding, controllers: others(finding.controllers), touched }];
};

const isChosen = (finding: RuleFinding, { rules }: Part): boolean => rules.length === 0 || rules.includes(finding.rule.name);

type Cut = {
  readonly goes: readonly RuleFinding[];
  readonly stays: readonly RuleFinding[];
  /** Of the part, and no longer of the rest. */
  readonly leaves: readonly ControllerId[];
  readonly whose: readonly ControllerId[];
};

const touchedBy = (findings: readonly RuleFinding[]): ReadonlySet<ControllerId> => new Set(findings.flatMap(({ touched }) => touched));

const cut = (incident: Incident, part: Part): Cut => {
  const chosen = incident.findings.filter((finding) => isChosen(finding, part));
  const own = touchedBy(chosen);
  // Whom people named is in no finding: then the chosen findings are what it is about.
  const known = touchedBy(incident.findings);
  const isNamed = part.controllers.some((id) => !known.has(id));
  const goes = chosen
    .map((finding) => taken(finding, part))
    .filter(({ touched }) => part.controllers.length === 0 || isNamed || touched.length > 0);
  const stays = incident.findings.flatMap((finding) => (isChosen(finding, part) ? left(finding, part) : [finding]));
  const still = touchedBy(stays);
  const out = ruledOutIn(incident);
  const asked = part.controllers.length === 0 ? [...own] : part.controllers;
  const whose = asked.filter((id) => incident.controllers.includes(id) && !out.has(id)).sort();
  return { goes, stays, leaves: whose.filter((id) => !still.has(id)), whose };
};

const whyNot = (incident: Incident, { part, reason }: Splitting, { goes, stays }: Cut): Result<never, Refused> | undefined => {
  const { rules, controllers } = part;
  if (incident.state === 'closed' || incident.state === 'refuted') return refuse('This case is over: there is nothing to split.');
  if (reason.trim() === '') return refuse('Say why this part is a case of its own.', 'reason');
  if (rules.length + controllers.length === 0) return refuse('Choose the findings or the controllers that go on by themselves.', 'part');
  if (
    rules.some((name) => !incident.findings.some(({ rule }) => rule.name === name)) ||
    controllers.some((id) => !incident.controllers.includes(id))
  )
    return refuse('Choose findings and controllers of this case only.', 'part');
  const named = controllers.filter((id) => !incident.findings.some(({ touched }) => touched.includes(id)));
  if (named.length > 0 && rules.length === 0)
    return refuse('People named this controller: choose the findings that it is about, too.', 'part');
  if (goes.length === 0) return refuse('None of these findings touches these controllers.', 'part');
  return stays.length === 0 ? refuse('That is the whole case: nothing would be left of it.', 'part') : undefined;
};

/** What was told stays told; what was let go and has not left is let go from there. */
const releasesOf = (incident: Incident, { whose }: Cut, hasLeft: Splitting['hasLeft']): readonly Release[] =>
  liveReleases(incident)
    .filter(({ controller }) => whose.includes(controller))
    .map(({ step, ...release }) =>
      release.under !== undefined || hasLeft({ ...release, ...(step && { step }) })
        ? { ...release, ...(step && { step }), under: release.under ?? incident.id }
        : release,
    );

const membersOf = (findings: readonly RuleFinding[]): ReadonlySet<SignalId> => new Set(findings.flatMap(({ members = [] }) => members));

const splitOff = (incident: Incident, splitting: Splitting, parts: Cut): Event<'IncidentSplitOff'> => {
  const { at, actor, reason, into, hasLeft } = splitting;
  const { goes, whose } = parts;
  const ids = membersOf(goes);
  const known = incident.signals.filter(({ id }) => ids.has(id));
  // An incident of an older version does not know which: then the part rests on what the whole rested on.
  const signals = known.length > 0 ? known : incident.signals;
  const releases = releasesOf(incident, parts, hasLeft);
  const told = [...new Set(releases.flatMap(({ controller, under }) => (under === undefined ? [] : [controller])))];
  const { suspectedAt, ack, hold, scope, ruledOut, identifiedAt } = incident;
  const counts = Object.entries(incident.dataSubjects ?? {}).filter(([id]) => whose.some((one) => one === id));
  return {
    type: 'IncidentSplitOff',
    at,
    actor,
    reason,
    id: into,
    from: incident.id,
    findings: goes,
    signals,
    signalCount: Math.max(ids.size, signals.length),
    openedAt: incident.openedAt,
    occurredFrom: earliest(...goes.map(({ firstAt }) => firstAt), ...signals.map(({ time }) => time)),
    occurredTo: latest(...goes.map(({ lastAt }) => lastAt), ...signals.map(({ time }) => time)),
    controllersAt: Object.fromEntries(whose.map((id) => [id, incident.controllersAt[id] ?? incident.openedAt])),
    releases,
    heldByPolicy: incident.heldByPolicy.filter((id) => whose.includes(id)),
    told,
    both: told.filter((id) => !parts.leaves.includes(id)),
    unidentified: incident.unidentified && goes.some(({ unidentified }) => unidentified),
    ...(suspectedAt === undefined ? {} : { suspectedAt }),
    ...(ack && { ack }),
    ...(hold && { hold }),
    // Counted for the whole: until somebody counts the part, that is what is known of it.
    ...(counts.length > 0 && { dataSubjects: Object.fromEntries(counts) }),
    // What people answered for the whole is answered for the part: who was ruled out, and that it was asked whose data it is.
    ...(ruledOut && { ruledOut }),
    ...(identifiedAt === undefined ? {} : { identifiedAt }),
    // What is told of a service goes on being told by the whole; the part only knows of it.
    ...toldElsewhere(incident, incident.id),
    ...(scope && { scope: { ...scope, about: scope.about.filter((id) => whose.includes(id)) } }),
  };
};

/** Suspicion and awareness of the whole are those of each part that concerns anybody: a split ends no clock (D-5). */
const decidedAs = (incident: Incident, { at, actor }: Splitting, { whose, goes }: Cut): readonly IncidentEvent[] => {
  const { outcome } = summarise(goes);
  const concerns = whose.length > 0 || outcome === 'suspected-breach' || outcome === 'breach-assessment';
  const { aware } = incident;
  if (aware && concerns) {
    const { decidedAt, how, actor: by } = aware;
    const confirmed: IncidentEvent = { type: 'BreachConfirmed', at, awareAt: aware.at, decidedAt, actor: by, how };
    return incident.state === 'contained' ? [confirmed, { type: 'IncidentContained', at, actor }] : [confirmed];
  }
  const isSuspected = outcome === 'suspected-breach' || (concerns && incident.state === 'suspected');
  return isSuspected ? [{ type: 'BreachSuspected', at, actor, why: 'split' }] : [];
};

export const splitOf = (incident: Incident, splitting: Splitting): Result<Split, Refused> => {
  const parts = cut(incident, splitting.part);
  const refused = whyNot(incident, splitting, parts);
  if (refused) return refused;
  const { at, actor, reason, into, part } = splitting;
  const kept = membersOf(parts.stays);
  const signals = [...membersOf(parts.goes)].filter((id) => !kept.has(id));
  const rules = incident.findings.filter((finding) => isChosen(finding, part)).map(({ rule }) => rule.name);
  return ok({
    stays: [{ type: 'IncidentSplit', at, actor, reason, into, rules, controllers: part.controllers, leaves: parts.leaves, signals }],
    goes: [splitOff(incident, splitting, parts), ...decidedAs(incident, splitting, parts)],
  });
};

/** What is left of a case after its split; its findings are folded anew by whoever asks. */
export const leftBehind = (
  incident: Incident,
  event: Event<'IncidentSplit'>,
): { readonly incident: Incident; readonly findings: readonly RuleFinding[] } => {
  const { at, into, rules, controllers, leaves, signals } = event;
  const findings = incident.findings.flatMap((finding) => (rules.includes(finding.rule.name) ? left(finding, { controllers }) : [finding]));
  const reason = `goes on as ${reference(into)}`;
  return {
    findings,
    incident: {
      ...ruleOut(incident, { controllers: leaves, at, reason }),
      signals: incident.signals.filter(({ id }) => !signals.includes(id)),
      signalCount: incident.signalCount - signals.length,
      unidentified: incident.unidentified && findings.some(({ unidentified }) => unidentified),
      parted: [...(incident.parted ?? []), { into, at, rules, controllers, leaves, upTo: incident.releases.length }],
    },
  };
};
