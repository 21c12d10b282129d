// What happens to a finding: it joins the case it belongs to, bridges two, or opens a new one; all in memory until one commit (D-3).
import type { Finding } from '#core/detection/finding.ts';
import { itemsAtOnce } from '#core/duty/fanout.ts';
import { outcomeOf } from '#core/detection/outcome.ts';
import { type Command, decide, openIncident } from '#core/incident/decide.ts';
import type { Incident, IncidentEvent, SignalRef } from '#core/incident/incident.ts';
import { type IncidentId, type SignalId, incidentId, incidentSubject } from '#core/kernel/ids.ts';
import { type Instant, earliest, latest, minus, plus } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';
import { type Changed, changeWrites, existingOf } from './change.ts';
import { campaignOf, withJoined } from './campaign.ts';
import { type Carried, carriedByMerge, carriedBySplit } from './carry.ts';
import { asTold, backAlready, disturbedKeys } from './disturbed.ts';
import { sharesOf } from './parted.ts';
import type { CaseRecord, SignalRecord, World, Write } from './ports.ts';

/** What one assessment read and changed: one incident may get several findings before it is written once. */
export type Desk = {
  readonly before: Map<IncidentId, Incident | undefined>;
  readonly now: Map<IncidentId, Incident>;
  readonly events: Map<IncidentId, IncidentEvent[]>;
  readonly records: Map<string, { readonly ver: number; record: CaseRecord }>;
  /** As read, to see on commit that nobody else changed it, and as it is to be. */
  readonly signals: Map<SignalId, { readonly seen: SignalRecord; record: SignalRecord }>;
  /** What else is to be written with it: duties that no rule of an incident owes. */
  readonly more: Write[];
};

export const emptyDesk = (): Desk => ({
  before: new Map(),
  now: new Map(),
  events: new Map(),
  records: new Map(),
  signals: new Map(),
  more: [],
});

export const incidentOn = async (world: World, desk: Desk, id: IncidentId): Promise<Incident | undefined> => {
  const known = desk.now.get(id);
  if (known) return known;
  const read = await world.ledger.incident(id);
  if (!read) return undefined;
  desk.before.set(id, read);
  desk.now.set(id, read);
  return read;
};

export const recordOn = async (world: World, desk: Desk, key: string): Promise<CaseRecord> => {
  const known = desk.records.get(key);
  if (known) return known.record;
  const record = (await world.ledger.caseOf(key)) ?? { key, ver: 0, cases: [] };
  desk.records.set(key, { ver: record.ver, record });
  return record;
};

const signalOn = async (world: World, desk: Desk, id: SignalId): Promise<SignalRecord | undefined> => {
  const known = desk.signals.get(id);
  if (known) return known.record;
  const read = await world.ledger.signal(id);
  if (read) desk.signals.set(id, { seen: read, record: read });
  return read;
};

/** Folds events on the desk, without the register: the chain is written once, at the end. */
export const apply = (desk: Desk, id: IncidentId, events: readonly IncidentEvent[]): void => {
  if (events.length === 0) return;
  const { incident } = recordEvents(desk.now.get(id), events);
  desk.now.set(id, incident);
  desk.events.set(id, [...(desk.events.get(id) ?? []), ...events]);
};

/** A merge of merges has an end: nobody merges so many. */
const hopsAtMost = 16;

/** The case itself, or the one in which it goes on after a merge: whoever was given its reference reaches that (P-14). */
export const goesOnAs = async (read: (id: IncidentId) => Promise<Incident | undefined>, incident: Incident): Promise<Incident> => {
  let current = incident;
  for (let hop = 0; hop < hopsAtMost && current.state === 'closed' && current.mergedInto !== undefined; hop += 1) {
    const next = await read(current.mergedInto);
    if (!next) break;
    current = next;
  }
  return current;
};

/** The case that lives on when this one was merged. */
export const survivor = async (world: World, desk: Desk, id: IncidentId): Promise<Incident | undefined> => {
  const incident = await incidentOn(world, desk, id);
  return incident && goesOnAs((other) => incidentOn(world, desk, other), incident);
};

/** A decided case takes nothing in silence: new signs after a refutation or closure are a new case. */
const takesMore = (incident: Incident): boolean => incident.state !== 'refuted' && incident.state !== 'closed';

const within = (finding: Finding, span: CaseRecord['cases'][number]): boolean =>
  finding.time >= minus(span.from, finding.window) && finding.time <= plus(span.to, finding.window);

/** Open cases that this finding belongs to: by key and time, by the vendor's finding, by a shared signal. Oldest first. */
const candidates = async (world: World, desk: Desk, finding: Finding): Promise<readonly Incident[]> => {
  const ids = new Set<IncidentId>();
  for (const one of (await recordOn(world, desk, finding.caseKey)).cases) if (within(finding, one)) ids.add(one.incident);
  for (const key of finding.joinKeys) for (const one of (await recordOn(world, desk, key)).cases) ids.add(one.incident);
  for (const id of finding.signals) {
    const record = await signalOn(world, desk, id);
    if (!finding.apart) for (const incident of record?.incidents ?? []) ids.add(incident);
  }
  return open(world, desk, ids);
};

/** The open cases that this vendor's finding is part of. */
export const casesOfFinding = async (world: World, desk: Desk, key: string): Promise<readonly Incident[]> => {
  const ids = (await recordOn(world, desk, key)).cases.map(({ incident }) => incident);
  const parts = (await open(world, desk, ids)).flatMap(({ parted = [] }) => parted.map(({ into }) => into));
  const among = (await openIn(world, desk, parts)).filter(({ signals }) => signals.some(({ finding }) => finding === key));
  return inOrder([...(await open(world, desk, ids)), ...among]);
};

const inOrder = (cases: readonly Incident[]): readonly Incident[] =>
  [...new Map(cases.map((one) => [one.id, one])).values()].sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));

/** Those of the given cases, or of what they were merged into, that are open. */
const openIn = async (world: World, desk: Desk, ids: Iterable<IncidentId>): Promise<readonly Incident[]> => {
  const found: Incident[] = [];
  for (const id of ids) {
    const incident = await survivor(world, desk, id);
    if (incident && takesMore(incident)) found.push(incident);
  }
  return found;
};

/** The case of which people made this one a part, while that is open: what comes is shared out there, and the machine never joins the two again. */
const wholeOf = async (world: World, desk: Desk, part: Incident): Promise<Incident> => {
  let current = part;
  for (let hop = 0; hop < hopsAtMost && current.splitFrom; hop += 1) {
    const [whole] = await openIn(world, desk, [current.splitFrom.incident]);
    if (!whole) break;
    current = whole;
  }
  return current;
};

/** Oldest first. Of a case that is over its parts may go on. */
const open = async (world: World, desk: Desk, ids: Iterable<IncidentId>): Promise<readonly Incident[]> => {
  const found: Incident[] = [];
  for (const id of ids) {
    const incident = await survivor(world, desk, id);
    if (!incident) continue;
    const going = takesMore(incident) ? [incident] : await openIn(world, desk, incident.parted?.map(({ into }) => into) ?? []);
    for (const one of going) found.push(await wholeOf(world, desk, one));
  }
  return inOrder(found);
};

/** Cases that this finding, which belongs to none of them by itself, makes one campaign of. */
const campaign = async (world: World, desk: Desk, { campaignKey, time }: Finding): Promise<readonly Incident[]> =>
  campaignKey === undefined ? [] : open(world, desk, campaignOf(await recordOn(world, desk, campaignKey), time));

/** One that bridges two cases merges into the older, recorded in both (D-3, P-14). */
const mergeInto = (desk: Desk, older: Incident, younger: Incident, at: Instant): void => {
  const absorbed = decide({ type: 'Absorb', at, other: younger }, desk.now.get(older.id) ?? older);
  const closed = decide({ type: 'Close', at, actor: { by: 'machine', rule: 'merge' }, reason: 'merged', mergedInto: older.id }, younger);
  if (absorbed.ok) apply(desk, older.id, absorbed.value);
  if (closed.ok) apply(desk, younger.id, closed.value);
};

const widen = (record: CaseRecord, incident: IncidentId, at: Instant): CaseRecord => {
  const known = record.cases.find((one) => one.incident === incident);
  const own = known
    ? { ...known, from: earliest(known.from, at), to: latest(known.to, at) }
    : { n: record.cases.length + 1, incident, from: at, to: at };
  return { ...record, cases: [...record.cases.filter((one) => one !== known), own] };
};

const remember = (desk: Desk, finding: Finding, { incident, isNew }: { readonly incident: IncidentId; readonly isNew: boolean }): void => {
  const common = finding.campaignKey === undefined ? undefined : desk.records.get(finding.campaignKey);
  if (common) common.record = withJoined(common.record, { incident, time: finding.time, isNew });
  for (const key of new Set([finding.caseKey, ...finding.joinKeys, ...disturbedKeys(finding)])) {
    const held = desk.records.get(key);
    if (held) held.record = widen(held.record, incident, finding.time);
  }
  for (const id of finding.apart ? [] : finding.signals) {
    const held = desk.signals.get(id);
    if (held && !held.record.incidents.includes(incident))
      held.record = { ...held.record, incidents: [...held.record.incidents, incident] };
  }
};

/** Does it say anything that the incident does not know? A redelivery does not. */
const isNews = (incident: Incident, finding: Finding, signals: readonly SignalRef[]): boolean => {
  const known = incident.findings.find((f) => f.rule.name === finding.rule.name);
  const ids = new Set(incident.signals.map((s) => s.id));
  const covered =
    known !== undefined &&
    known.firstAt <= finding.time &&
    known.lastAt >= finding.time &&
    finding.controllers.every((c) => known.controllers.includes(c));
  return !covered || signals.some((s) => !ids.has(s.id));
};

const opensNothing = (finding: Finding): boolean =>
  outcomeOf({ nature: finding.nature, personalData: finding.personalData, level: finding.rule.level }) === 'none';

type Attaching = { readonly incident: IncidentId; readonly finding: Finding; readonly refs: readonly SignalRef[]; readonly now: Instant };

/** To the case, or to the parts of it that people made cases of their own. Tells one of those that it went to. */
const attach = async (world: World, desk: Desk, attaching: Attaching, seen: ReadonlySet<IncidentId> = new Set()): Promise<IncidentId> => {
  const { incident: id, refs, now } = attaching;
  const current = desk.now.get(id);
  if (!current) return id;
  let went = id;
  for (const { into, finding } of sharesOf(seen.has(id) ? {} : current, attaching.finding)) {
    // A part that is over takes nothing in silence; one that was merged again is where it went.
    const [part] = into === undefined ? [] : await openIn(world, desk, [into]);
    if (part && part.id !== id) {
      went = await attach(world, desk, { ...attaching, incident: part.id, finding }, new Set([...seen, id]));
      continue;
    }
    const known = desk.now.get(id) ?? current;
    const decided = isNews(known, finding, refs) ? decide({ type: 'Attach', at: now, finding, signals: refs }, known) : undefined;
    if (decided?.ok) apply(desk, id, decided.value);
    went = id;
  }
  return went;
};

/** A command that the machine may be too late with. */
const restoreOn = (desk: Desk, id: IncidentId, said: Command | undefined): void => {
  const incident = said && desk.now.get(id);
  const decided = incident && decide(said, incident);
  if (decided?.ok) apply(desk, id, decided.value);
};

/** Puts one finding where it belongs; tells the incident, or nothing when it is only counted (D-4, `none`). */
export const place = async (world: World, desk: Desk, finding: Finding): Promise<IncidentId | undefined> => {
  const now = world.clock.now();
  const own = await candidates(world, desk, finding);
  if (own.length === 0 && opensNothing(finding)) return undefined;
  const [oldest, ...others] = own.length > 0 ? own : await campaign(world, desk, finding);
  const refs = finding.signals.flatMap((id) => desk.signals.get(id)?.record.ref ?? []);
  const key = finding.caseKey;
  const id = oldest?.id ?? incidentId(world.pseudonyms.idKey, key, (await recordOn(world, desk, key)).cases.length + 1);
  const sign = await asTold(finding, { record: (one) => recordOn(world, desk, one), incident: (one) => incidentOn(world, desk, one) });
  let went = id;
  if (!oldest) {
    desk.before.set(id, undefined);
    apply(desk, id, openIncident(id, now, sign, refs));
  } else {
    for (const other of others) mergeInto(desk, oldest, other, now);
    went = await attach(world, desk, { incident: id, finding: sign, refs, now });
  }
  remember(desk, finding, { incident: id, isNew: own.length === 0 });
  restoreOn(desk, went, backAlready(finding, desk.records.get(key)?.record, now));
  return went;
};

/** A transaction has its limits: the rest of a large campaign is found by its key and time. */
const signalsAtMost = 20;
/** The rest of it is for signals, cases and whoever else was merged. */
const roomForDuties = itemsAtOnce / 2;

const signalWrites = (desk: Desk): readonly Write[] =>
  [...desk.signals.values()]
    .filter(({ seen, record }) => seen.incidents.length !== record.incidents.length)
    .slice(0, signalsAtMost)
    .map(({ seen, record }): Write => ({ put: 'signal', signal: record, if: { incidents: seen.incidents.length } }));

/** What was open of the cases that this one took in, or was a part of. */
const carriedTo = async (world: World, desk: Desk, id: IncidentId): Promise<Carried> => {
  const { duties, ids } = await existingOf(world, incidentSubject(id));
  // What is written on the desk already is not woken beside that: one transaction writes an item once.
  const written = new Set(desk.more.flatMap((write) => (write.put === 'duty' ? [write.duty.id] : [])));
  const existing = { duties: duties.filter((duty) => !written.has(duty.id)), ids };
  const events = desk.events.get(id) ?? [];
  const from = events.flatMap((event) => (event.type === 'IncidentMerged' || event.type === 'IncidentSplitOff' ? [event.from] : []));
  const survivor = desk.now.get(id);
  if (from.length === 0 || !survivor) return { writes: [], existing };
  const left = (await Promise.all(from.map((one) => existingOf(world, incidentSubject(one))))).flatMap(({ duties }) => duties);
  const carrying = { survivor, left, existing, now: world.clock.now() };
  const isPart = events.some(({ type }) => type === 'IncidentSplitOff');
  return isPart ? carriedBySplit(carrying, world.directory.current().configuration) : carriedByMerge(carrying);
};

/** Everything on the desk as one transaction's writes. */
export const deskWrites = async (world: World, desk: Desk): Promise<readonly Write[]> => {
  const { configuration } = world.directory.current();
  const now = world.clock.now();
  const writes: Write[] = [];
  for (const [id, events] of desk.events) {
    const goesOn = await carriedTo(world, desk, id);
    const { existing } = goesOn;
    const changed: Changed = changeWrites({ before: desk.before.get(id), events, existing, configuration, now, room: roomForDuties });
    writes.push(...goesOn.writes, ...changed.writes);
  }
  for (const { ver, record } of desk.records.values()) {
    const isKept = record.cases.length > 0 || record.finding !== undefined || record.restored !== undefined;
    if (isKept) writes.push({ put: 'case', record: { ...record, ver: ver + 1 }, ifVer: ver });
  }
  return [...writes, ...desk.more, ...signalWrites(desk)];
};
