// Decides how a case looks to whoever reads OCSF 1.6: an Incident Finding (2005) and one Detection Finding (2004) for each rule in it.
// Only words of ours, times, counts and handles of the case: no name, address, asset, controller or pseudonym leaves by this door (P-9, D-15).
import { type Level, type Likelihood, levels } from '../detection/rule.ts';
import type { Incident, RuleFinding } from '../incident/incident.ts';
import { derived } from '../kernel/hash.ts';
import { reference } from '../kernel/ids.ts';
import type { Instant } from '../kernel/time.ts';

export const ocsfVersion = '1.6.0';

/** What every event of OCSF has (base_event), and whatever its class adds. Times are milliseconds since 1970. */
export type OcsfEvent = {
  readonly activity_id: number;
  readonly category_uid: number;
  readonly class_uid: number;
  readonly type_uid: number;
  readonly severity_id: number;
  readonly time: Instant;
  readonly metadata: Readonly<Record<string, unknown>>;
} & Readonly<Record<string, unknown>>;

export type OcsfHead = {
  readonly classUid: number;
  readonly activity: number;
  readonly severity: number;
  readonly time: Instant;
  readonly uid: string;
  readonly profiles?: readonly string[];
};

/** `type_uid` is class times a hundred plus activity; the category is the class's thousands. */
export const ocsfEvent = (head: OcsfHead, rest: Readonly<Record<string, unknown>>): OcsfEvent => ({
  activity_id: head.activity,
  category_uid: Math.floor(head.classUid / 1_000),
  class_uid: head.classUid,
  type_uid: head.classUid * 100 + head.activity,
  severity_id: head.severity,
  time: head.time,
  metadata: {
    version: ocsfVersion,
    product: { name: 'Art33', vendor_name: 'Art33' },
    uid: head.uid,
    ...(head.profiles && { profiles: head.profiles }),
  },
  ...rest,
});

/** 1 informational to 5 critical. */
const severityOf = (level: Level): number => levels.indexOf(level) + 1;

/** Which member of a case: the same in each export, and unlike the one in any other case. */
export const memberUid = (incident: Incident, ...parts: readonly string[]): string => derived(['ocsf', incident.id, ...parts]);

const confidences: Readonly<Record<Likelihood, number>> = { none: 1, possible: 2, likely: 3 };

const confidenceOf = ({ nature }: RuleFinding): number => Math.max(...Object.values(nature).map((one) => confidences[one]));

const infoOf = (incident: Incident, { rule, firstAt, lastAt }: RuleFinding) => ({
  uid: memberUid(incident, 'rule', rule.name),
  title: rule.title,
  types: [rule.category],
  first_seen_time: firstAt,
  last_seen_time: lastAt,
  analytic: { uid: rule.id, name: rule.name, version: String(rule.version), type: 'Rule', type_id: 1 },
});

/** New until somebody took it, then in progress; resolved once contained or refuted. */
const statusOf = (incident: Incident): { readonly status_id: number; readonly status: string } => {
  if (incident.state === 'closed') return { status_id: 5, status: 'Closed' };
  if (incident.state === 'contained' || incident.state === 'refuted') return { status_id: 4, status: 'Resolved' };
  if (incident.hold) return { status_id: 3, status: 'On Hold' };
  return incident.ack || incident.aware ? { status_id: 2, status: 'In Progress' } : { status_id: 1, status: 'New' };
};

/** What people refuted is no suspected breach any more; what they confirmed still is one to every reader of this field. */
export const isSuspectedBreach = ({ outcome, state }: Pick<Incident, 'outcome' | 'state'>): boolean =>
  state !== 'refuted' && (outcome === 'suspected-breach' || outcome === 'confirmed-breach');

const activityOf = ({ state, ver }: Incident): number => {
  if (state === 'closed') return 3;
  return ver <= 1 ? 1 : 2;
};

const lastChange = (incident: Incident): Instant => {
  if (incident.state === 'closed') return incident.closedAt;
  if (incident.state === 'refuted') return incident.refuted.at;
  return incident.state === 'contained' ? incident.containedAt : (incident.aware?.decidedAt ?? incident.suspectedAt ?? incident.openedAt);
};

/** Our own words beside OCSF's: the natures of Art. 4(12), and how many controllers, never which. */
const unmapped = (incident: Incident) => ({
  outcome: incident.outcome,
  nature: incident.nature,
  personal_data: incident.personalData,
  controllers: incident.controllers.length,
  unidentified: incident.unidentified,
});

export const incidentFinding = (incident: Incident): OcsfEvent =>
  ocsfEvent(
    {
      classUid: 2005,
      activity: activityOf(incident),
      severity: severityOf(incident.level),
      time: lastChange(incident),
      uid: memberUid(incident, 'incident', String(incident.ver)),
      profiles: ['incident'],
    },
    {
      ...statusOf(incident),
      desc: incident.title,
      finding_info_list: incident.findings.map((finding) => infoOf(incident, finding)),
      is_suspected_breach: isSuspectedBreach(incident),
      // A role, not a person: who is on duty is nobody's business there (P-19).
      assignee_group: { name: 'incident-lead' },
      start_time: incident.occurredFrom,
      end_time: incident.occurredTo,
      count: incident.signalCount,
      ticket: { uid: reference(incident.id) },
      unmapped: unmapped(incident),
    },
  );

/** `asset-1`, by first appearance in this case: the name of an asset may be that of a controller. */
const assetHandles = (incident: Incident): ReadonlyMap<string, string> =>
  new Map([...new Set(incident.findings.flatMap((finding) => finding.assets))].map((one, i) => [one, `asset-${i + 1}`] as const));

/** One for each rule: what it saw, how often, how sure its author is. */
export const detectionFindings = (incident: Incident): readonly OcsfEvent[] => {
  const handles = assetHandles(incident);
  return incident.findings.map((finding) =>
    ocsfEvent(
      {
        classUid: 2004,
        activity: incident.state === 'closed' ? 3 : 1,
        severity: severityOf(finding.rule.level),
        time: finding.lastAt,
        uid: memberUid(incident, 'finding', finding.rule.name, String(finding.lastAt)),
      },
      {
        finding_info: infoOf(incident, finding),
        status_id: incident.state === 'closed' ? 4 : 1,
        confidence_id: confidenceOf(finding),
        start_time: finding.firstAt,
        end_time: finding.lastAt,
        resources: finding.assets.map((one) => ({ uid: handles.get(one), type: 'asset' })),
        is_alert: true,
        unmapped: {
          nature: finding.nature,
          personal_data: finding.personalData,
          incident: reference(incident.id),
          ...(finding.decidedBy && { decided_by: finding.decidedBy }),
        },
      },
    ),
  );
};
