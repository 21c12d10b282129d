// Decides how one event's matches climb through the correlations, and what to ask the store on the way. Pure: it yields requests.
import { derived } from '../kernel/hash.ts';
import { type Duration, type Instant, durationOf } from '../kernel/time.ts';
import { type Absence, absenceOf, absentOf, silencedBy, silencing } from './absent.ts';
import { type Firing, firingsOf, isFloor, isNumeric } from './correlate.ts';
import { fieldText } from './field.ts';
import { countedValue, groupOf, pathOf, upon } from './group.ts';
import { anchorOf, asNote, looksBack, notesOf, rulesIn } from './lookback.ts';
import {
  type Correlation,
  type EvaluatedEvent,
  type Member,
  type MemberFacts,
  type Reach,
  type Rule,
  type RuleSet,
  nearestMembers,
  numericMembers,
} from './rule.ts';

/** A rule that matched: a detection one event, a correlation one window. */
export type Match = {
  readonly rule: Rule;
  readonly time: Instant;
  readonly id: string;
  readonly signals: readonly string[];
  readonly facts: MemberFacts;
  /** The event itself, while it is at hand: numbers for sums are taken from it, nothing else. */
  readonly event?: EvaluatedEvent;
  /** For a correlation's match: the members of its window. */
  readonly members?: readonly Member[];
  /** Where the rule names others that must not match: what it waits for, and which of them silenced it already. */
  readonly absence?: Absence;
  readonly silencedBy?: string;
  /** Firings that wait, or waited, for this match not to come. */
  readonly silences?: readonly Silenced[];
  /** Rules that it counts for in a group of more members than are kept (D-27). */
  readonly saturated?: readonly Saturated[];
};

/** `decides`: a sum that is reached stays reached; an average or a percentile over a part says nothing. */
export type Saturated = { readonly rule: Rule; readonly decides: boolean };

export type Silenced = { readonly rule: string; readonly group: string; readonly firing: Member };

/** What the walk asks: put this member into this group, and tell who is within the window around it. The correlation is there for stores that thin. */
export type Request = Reach & {
  readonly group: string;
  readonly member: Member;
  readonly correlation: Correlation;
  /** Nothing is put there: what stands around the member's time is asked for. */
  readonly look?: true;
};

/** Hashes a value under the house's key; groups and counted values are never held in clear (detection.md 6.2). */
export type Keyed = (value: string) => string;

/** All fields that any rule of the set groups, counts or dedupes by: what a member must carry upward. */
export const carriedFields = (set: RuleSet): readonly string[] => {
  const known = carried.get(set) ?? fieldsIn(set);
  carried.set(set, known);
  return known;
};

/** Sets never change once compiled. */
const carried = new WeakMap<RuleSet, readonly string[]>();

const fieldsIn = (set: RuleSet): readonly string[] => {
  const paths = new Set<string>();
  for (const rule of set.rules) {
    for (const path of rule.incident?.dedupe.by ?? []) paths.add(path);
    if (rule.type === 'detection') continue;
    for (const path of [...rule.groupBy, ...(rule.condition.field ?? [])]) paths.add(path);
    for (const alias of Object.values(rule.aliases)) for (const path of Object.values(alias)) paths.add(path);
  }
  return [...paths].sort();
};

/** The carried fields of one event, keyed. */
export const keyedFields = (event: EvaluatedEvent, paths: readonly string[], keyed: Keyed): Readonly<Record<string, string>> =>
  Object.fromEntries(
    paths.flatMap((path) => {
      const value = fieldText(event, path);
      return value === undefined ? [] : [[path, keyed(value)] as const];
    }),
  );

const union = <T extends string>(lists: readonly (readonly T[])[]): readonly T[] => [...new Set(lists.flat())].sort();

/** Whose data a firing touches: an ordered chain that of its last stage, any other that of all its members. */
const touching = (correlation: Correlation, members: readonly Member[]): readonly Member[] =>
  correlation.kind === 'temporal_ordered' ? members.filter((m) => m.stage === correlation.rules.length - 1) : members;

/** Of a crowd, where it begins and where it ends: the login that ended a wave must not fall off its list. */
const ends = (signals: readonly string[], atEach: number): readonly string[] =>
  signals.length <= 2 * atEach ? signals : [...signals.slice(0, atEach), ...signals.slice(-atEach)];

/** What a finding lists; the rest of a crowd is found through the findings below it. */
const listed = (members: readonly Member[]): readonly string[] => ends([...new Set(members.flatMap((m) => m.signals))], 100);

const asMatch = (correlation: Correlation, group: string, firing: Firing): Match => {
  const { members } = firing;
  const last = members.at(-1);
  const touched = touching(correlation, members);
  const id = derived(['firing', correlation.id, group, firing.end]);
  const signals = listed(members);
  return {
    rule: correlation,
    time: firing.end,
    id,
    signals,
    ...(absentOf(correlation).length > 0 && {
      absence: absenceOf(correlation, group, { time: firing.end, id, signals: ends(signals, 2), facts: nobodys }),
    }),
    facts: {
      fields: last?.facts.fields ?? {},
      assets: union(touched.map((m) => m.facts.assets)),
      resources: union(touched.map((m) => m.facts.resources ?? [])),
      controllers: union(touched.map((m) => m.facts.controllers)),
      unidentified: touched.some((m) => m.facts.unidentified),
      personalData: touched.some((m) => m.facts.personalData === 'likely') ? 'likely' : 'unlikely',
      ...(touched.some((m) => m.facts.dataClasses) && { dataClasses: union(touched.map((m) => m.facts.dataClasses ?? [])) }),
      ...(touched.every((m) => m.facts.unreadable) && { unreadable: true }),
    },
    members,
  };
};

/** One more than is kept, to see that there are more. */
const askedOf = ({ kind }: Correlation): Pick<Reach, 'atMost' | 'whole'> =>
  isNumeric(kind) ? { atMost: numericMembers + 1, whole: true } : { atMost: nearestMembers };

const isSaturated = (correlation: Correlation, members: readonly Member[], { time }: Member): boolean => {
  if (!isNumeric(correlation.kind)) return false;
  const before = members.filter((one) => one.time <= time).length;
  return before > numericMembers || members.length - before > numericMembers;
};

/** Is there anything that this could complete? A look costs a tenth of a write. */
function* isThere(correlation: Correlation, group: string, member: Member): Generator<Request, boolean, readonly Member[]> {
  return (yield { group, member, window: correlation.timespan, atMost: 1, correlation, look: true }).length > 0;
}

type First = { readonly correlation: Correlation; readonly group: string; readonly match: Match; readonly members: readonly Member[] };

/** A first stage came: later ones that were only noted so far are put beside it, and may complete it. */
function* lookedBack(set: RuleSet, { correlation, group, match, members }: First): Generator<Request, readonly Match[], readonly Member[]> {
  const value = match.facts.fields[pathOf(correlation, anchorOf(correlation), match.rule)] ?? '';
  const reach = { window: correlation.timespan, atMost: nearestMembers, correlation };
  const time = { time: match.time, stage: 0, id: match.id, signals: [], facts: nobodys };
  const found: Match[] = [];
  for (const note of yield { group: notesOf(correlation, value), member: time, ...reach, look: true }) {
    for (const name of rulesIn(note)) {
      const stage = correlation.rules.indexOf(name);
      const rule = set.byName.get(name);
      const isOther = !rule || stage < 1 || groupOf(correlation, { rule, facts: note.facts }) !== group;
      if (isOther || members.some((one) => one.stage === stage && one.id === note.id)) continue;
      const { value: _, ...rest } = note;
      const member: Member = { ...rest, stage };
      const around = yield { group, member, ...reach };
      found.push(...firingsOf(correlation, around, member).map((firing) => asMatch(correlation, group, firing)));
    }
  }
  return found;
}

/** Notes what later stages may be looked back for: one of an event for each field that such rules group by first, however many they are. */
function* noted(set: RuleSet, matches: readonly Match[]): Generator<Request, void, readonly Member[]> {
  const notes = new Map<
    string,
    { readonly match: Match; readonly rules: Set<string>; window: Duration; readonly correlation: Correlation }
  >();
  for (const match of matches) {
    for (const correlation of upon(set, match.rule).counting) {
      const value = match.facts.fields[pathOf(correlation, anchorOf(correlation), match.rule)];
      if (!looksBack(correlation) || correlation.rules.indexOf(match.rule.name) < 1 || value === undefined) continue;
      const group = notesOf(correlation, value);
      const note = notes.get(group) ?? { match, rules: new Set(), window: correlation.timespan, correlation };
      note.rules.add(match.rule.name);
      note.window = durationOf(Math.max(note.window, correlation.timespan));
      notes.set(group, note);
    }
  }
  for (const [group, { match, rules, window, correlation }] of notes) {
    const { time, id, facts } = match;
    const member = asNote({ time, id, signals: ends(match.signals, 2), facts }, rules);
    yield { group, member, window, atMost: 0, correlation: unthinned(correlation) };
  }
}

type Joined = { readonly found: readonly Match[]; readonly saturated: readonly Saturated[] };

const nothingJoined: Joined = { found: [], saturated: [] };

type Staged = { readonly correlation: Correlation; readonly match: Match; readonly stage: number };

function* joinStage(set: RuleSet, { correlation, match, stage }: Staged): Generator<Request, Joined, readonly Member[]> {
  const group = groupOf(correlation, match);
  const value = countedValue(correlation, match);
  if (group === undefined || (correlation.condition.field !== undefined && value === undefined)) return nothingJoined;
  const member: Member = {
    time: match.time,
    stage,
    id: match.id,
    ...(value === undefined ? {} : { value }),
    // Every event of a wave makes a firing of it: were each to list the whole wave, a group would grow by its square.
    signals: ends(match.signals, 2),
    facts: match.facts,
  };
  if (looksBack(correlation) && stage > 0 && !(yield* isThere(correlation, group, member))) return nothingJoined;
  const members = yield { group, member, window: correlation.timespan, ...askedOf(correlation), correlation };
  const later = looksBack(correlation) && stage === 0 ? yield* lookedBack(set, { correlation, group, match, members }) : [];
  const decides = !isNumeric(correlation.kind) || (correlation.kind === 'value_sum' && isFloor(correlation.condition));
  const saturated = isSaturated(correlation, members, member) ? [{ rule: correlation, decides }] : [];
  if (saturated.length > 0 && !decides) return { found: [], saturated };
  const firings = firingsOf(correlation, members, member).map((firing) => asMatch(correlation, group, firing));
  return { found: [...later, ...firings], saturated };
}

/** What stands in a group only to be compared by time says of nobody's data. */
const nobodys: MemberFacts = { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' };

/** In such a group each member matters by itself: a store that thins leaves nothing out of what is summed. */
const unthinned = (correlation: Correlation): Correlation => ({ ...correlation, kind: 'value_sum', condition: {} });

/**
 * The match with what it waits for and whom it silences. Each stands in the store before the other is looked for, so that of two
 * at once one sees the other.
 */
function* compared(set: RuleSet, match: Match): Generator<Request, Match, readonly Member[]> {
  const { rule, absence, time, id, signals } = match;
  let by: string | undefined;
  if (absence && rule.type === 'correlation') {
    const { group, firing: member, window } = absence;
    by = silencedBy(absence, yield { group, member, window, atMost: nearestMembers, correlation: unthinned(rule) });
  }
  const silences: Silenced[] = [];
  for (const correlation of upon(set, rule).missing) {
    const group = groupOf(correlation, match);
    if (group === undefined) continue;
    const own = silencing(correlation, group, { rule: rule.name, time, id, signals: ends(signals, 2), facts: nobodys });
    const { member } = own;
    const window = correlation.timespan;
    const around = yield { group: own.group, member, window, atMost: nearestMembers, correlation: unthinned(correlation) };
    silences.push(...own.silencedIn(around).map((firing): Silenced => ({ rule: correlation.name, group: own.group, firing })));
  }
  return { ...match, ...(by !== undefined && { silencedBy: by }), ...(silences.length > 0 && { silences }) };
}

/** Does the match, seen already in this walk, now have more members, or members that list more? Then what is above it must hear of them. */
const hasGrown = (known: Match, found: Match): boolean =>
  (found.members?.length ?? 0) > (known.members?.length ?? 0) || found.signals.length > known.signals.length;

/** All matches that follow from the given ones, firings of firings included. Each is returned once, with all that is known of it. */
export function* walk(set: RuleSet, matches: readonly Match[]): Generator<Request, readonly Match[], readonly Member[]> {
  const all = new Map(matches.map((match) => [`${match.rule.name}/${match.id}`, match]));
  const queue = [...matches];
  yield* noted(set, matches);
  for (let match = queue.shift(); match; match = queue.shift()) {
    if (match.rule.type === 'correlation') yield* noted(set, [match]);
    const own = yield* compared(set, match);
    const crowded: Saturated[] = [];
    all.set(`${match.rule.name}/${match.id}`, own);
    for (const correlation of upon(set, match.rule).counting) {
      const { found, saturated } = yield* joinStage(set, { correlation, match, stage: correlation.rules.indexOf(match.rule.name) });
      crowded.push(...saturated);
      for (const firing of found) {
        const key = `${firing.rule.name}/${firing.id}`;
        const known = all.get(key);
        if (known && !hasGrown(known, firing)) continue;
        all.set(key, firing);
        queue.push(firing);
      }
    }
    if (crowded.length > 0) all.set(`${match.rule.name}/${match.id}`, { ...own, saturated: crowded });
  }
  return [...all.values()];
}

/** How long a member is kept: the longest window above it, and room for what arrives late. */
export const retained = (window: Duration, lateness: Duration): Duration => durationOf(window + lateness);
