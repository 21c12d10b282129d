// What the state of the ledger is, for machines and people: incidents, duties, messages, and how the intake adds up.
import type { Duty } from '#core/duty/duty.ts';
import { isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type SubjectId, incidentSubject, isOfHouse, sourceOfSubject } from '#core/kernel/ids.ts';
import { type Instant, endOfTime, rfc3339 } from '#core/kernel/time.ts';
import type { Ledger, Outbox, OutboxMessage } from './ports.ts';

/** Counts of stored raw events by what became of them (D-9): accepted are those that were assessed, attached or not. */
export type SignalCounts = { readonly accepted: number; readonly rejected: number; readonly duplicates: number };

export const signalCounts = (intake: Awaited<ReturnType<Ledger['intake']>>): SignalCounts => {
  const sum = (...kinds: readonly string[]): number =>
    intake.filter((row) => kinds.includes(row.disposition)).reduce((n, row) => n + row.count, 0);
  return { accepted: sum('attached', 'assessed'), rejected: sum('quarantined'), duplicates: sum('duplicate') };
};

const instantOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : rfc3339(at));

/** One incident as `--json` prints it. */
export const incidentJson = (incident: Incident) => ({
  id: incident.id,
  title: incident.title,
  state: incident.state,
  outcome: incident.outcome,
  nature: incident.nature,
  personalData: incident.personalData,
  level: incident.level,
  rules: incident.findings.map((f) => f.rule.name),
  controllers: incident.controllers,
  suspectedAt: instantOrNull(incident.suspectedAt),
  awareAt: instantOrNull(incident.aware?.at),
});

/** What belongs to no incident names its source. */
const aboutSource = ({ subject }: Duty): { readonly source?: string } => {
  const source = sourceOfSubject(subject);
  return source === undefined ? {} : { source };
};

/** One duty as `--json` prints it: `dueAt` is the deadline, kept when terminal (D-10). */
export const dutyJson = (duty: Duty) => ({
  id: duty.id,
  incident: duty.incident ?? null,
  ...aboutSource(duty),
  kind: duty.kind,
  recipient: duty.recipient,
  state: duty.state,
  dueAt: rfc3339(duty.deadlineAt),
  attempts: duty.attempts,
});

/** One message as `--json` prints it; `file` can be opened as it stands. */
export const messageJson = (message: OutboxMessage, folder: string) => ({
  channel: message.channel,
  to: message.to,
  subject: message.subject,
  incident: message.incident,
  file: `${folder}/${message.file}`,
});

export type State = {
  readonly incidents: readonly Incident[];
  readonly duties: readonly Duty[];
  /** Items that a newer version wrote: there, and not to be read here (I-43). */
  readonly unknown: number;
};

/** Cases that count: one that was merged into another lives on in that other. */
const isMerged = (incident: Incident): boolean => incident.state === 'closed' && incident.mergedInto !== undefined;

export const readState = async (ledger: Ledger): Promise<State> => {
  const incidents: Incident[] = [];
  const duties: Duty[] = [];
  let unknown = 0;
  const count = (): void => {
    unknown += 1;
  };
  for await (const incident of ledger.incidents(count)) {
    if (!isMerged(incident)) incidents.push(incident);
    duties.push(...(await ledger.dutiesOf(incidentSubject(incident.id), count)));
  }
  return { incidents, duties, unknown };
};

const isOfNoIncident = (subject: SubjectId): boolean => sourceOfSubject(subject) !== undefined || isOfHouse(subject);

/** What is owed about sources and rules, or waits for what must not come. What ended of it stands in the register. */
const dutiesOfNoIncident = async (ledger: Ledger): Promise<readonly Duty[]> => {
  const subjects = new Set<SubjectId>();
  for (const lane of ['page', 'other'] as const)
    for await (const { subject } of ledger.due(lane, endOfTime, 0)) if (isOfNoIncident(subject)) subjects.add(subject);
  const duties: Duty[] = [];
  for (const subject of subjects) duties.push(...(await ledger.dutiesOf(subject, () => undefined)));
  return duties.filter((duty) => !isTerminal(duty.state));
};

/** The whole state as `--json` prints it. `folder` is where the outbox lies. */
export const report = async (ledger: Ledger, outbox: Outbox, folder: string) => {
  const { incidents, duties, unknown } = await readState(ledger);
  return {
    ...(unknown === 0 ? {} : { unknown }),
    signals: signalCounts(await ledger.intake()),
    incidents: incidents.map(incidentJson),
    duties: [...duties, ...(await dutiesOfNoIncident(ledger))].map(dutyJson),
    messages: (await outbox.messages()).map((message) => messageJson(message, folder)),
  };
};

/** What is owed now, nearest deadline first: what `art33 due` and the console's front page show. */
export const dueDuties = async (ledger: Ledger): Promise<readonly Duty[]> => {
  const { duties } = await readState(ledger);
  const open = [...duties.filter((duty) => !isTerminal(duty.state)), ...(await dutiesOfNoIncident(ledger))];
  return open.sort((a, b) => a.deadlineAt - b.deadlineAt || (a.id < b.id ? -1 : 1));
};
