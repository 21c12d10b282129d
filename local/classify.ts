// Decides what a dry run says of raw events: one stream in the order of their own times, correlation included, nothing kept.
import { type Answer, climb, plainGroups, silencedAmong } from '#core/detection/climb.ts';
import { matchDetections } from '#core/detection/detect.ts';
import { engine } from '#core/detection/engine.ts';
import { evaluated, factsOf, findingOf, isQuiet } from '#core/detection/find.ts';
import type { Finding } from '#core/detection/finding.ts';
import { unmuted, windowOf } from '#core/detection/mute.ts';
import { noNature, outcomeOf, worstLevel, worstNature } from '#core/detection/outcome.ts';
import { type Level, type Nature, levels } from '#core/detection/rule.ts';
import { streamGroups } from '#core/detection/stream-groups.ts';
import { type Match, carriedFields } from '#core/detection/walk.ts';
import type { Severity } from '#core/detection/severity.ts';
import { type Reason, whyOf } from '#core/detection/why.ts';
import { enrich } from '#core/directory/enrich.ts';
import { type Affected, resolve } from '#core/directory/resolve.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import { addFinding, asRuleFinding } from '#core/incident/fold.ts';
import { severityIn } from '#core/incident/severity.ts';
import { keyed } from '#core/kernel/hash.ts';
import type { Instant } from '#core/kernel/time.ts';
import { declaredClasses, namedClasses } from '#core/signal/declared.ts';
import { logsourceOf, toSignal } from '#core/signal/normalise.ts';
import type { RawEvent, Signal, SourceReader } from '#core/signal/signal.ts';
import type { InForce } from './node.ts';

/** One raw event with the reader that is to read it; undefined when no source recognises it. */
export type Candidate = { readonly reader: SourceReader | undefined; readonly event: RawEvent };

/** One line of `classify --json`. */
export type Classified = {
  readonly source: string | null;
  readonly eventId: string | null;
  readonly kind: string | null;
  readonly outcome: string;
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  readonly level: Level;
  readonly rules: readonly string[];
  /** Whose data, as far as the directory knows; `unidentified` where it is to be found out. */
  readonly controllers: readonly string[];
  readonly unidentified: boolean;
  /** How surely each of the directory's controllers is affected by this event, and what says so. */
  readonly whose: readonly Affected[];
  /** One for each rule that fired, the gravest first. */
  readonly why: readonly Reason[];
  /** By ENISA's method, for waking people only; absent where no personal data is hurt. */
  readonly severity?: Severity;
  /** SHA-256 of the rules that decided. */
  readonly ruleset: string;
  readonly engine: string;
  readonly reason?: string;
};

/** No incident is made here, so nothing of this key lasts. */
const passingKey = new Uint8Array(32);

const quarantined = (source: string | null, reason: string, ruleset: string): Classified => ({
  source,
  eventId: null,
  kind: null,
  outcome: 'quarantine',
  nature: noNature,
  personalData: 'unlikely',
  level: 'informational',
  rules: [],
  controllers: [],
  unidentified: false,
  whose: [],
  why: [],
  ruleset,
  engine,
  reason,
});

type Read = {
  readonly index: number;
  readonly reader: SourceReader;
  readonly event: RawEvent;
  readonly signal: Signal;
  readonly identifiers: readonly string[];
};

const gravest = (a: Reason, b: Reason): number =>
  levels.indexOf(b.rule.level) - levels.indexOf(a.rule.level) || a.rule.name.localeCompare(b.rule.name);

/** As an incident would know it, whose controllers are those that the findings touch. */
const asKnown = (findings: readonly Finding[]) => {
  const folded = findings.map(asRuleFinding).reduce(addFinding, []);
  return { findings: folded, controllers: folded.flatMap(({ touched }) => touched) };
};

const describe = (read: Pick<Read, 'signal' | 'identifiers'>, findings: readonly Finding[], inForce: InForce): Classified => {
  const { signal, identifiers } = read;
  const grounds = {
    rules: inForce.rules,
    directory: inForce.configuration.directory,
    tags: declaredClasses(identifiers),
    names: namedClasses(identifiers),
  };
  const nature = findings.reduce((all, f) => worstNature(all, f.nature), noNature);
  const personalData = findings.some((f) => f.personalData === 'likely') ? 'likely' : 'unlikely';
  const severity = severityIn(asKnown(findings), inForce.configuration.directory);
  const level = findings.reduce<Level>((all, f) => worstLevel(all, f.rule.level), 'informational');
  return {
    source: signal.source,
    eventId: signal.eventId,
    kind: signal.kind,
    outcome: outcomeOf({ nature, personalData, level }),
    nature,
    personalData,
    level,
    rules: [...new Set(findings.map((f) => f.rule.name))].sort(),
    controllers: [...new Set(findings.flatMap((f) => f.controllers))].sort(),
    unidentified: findings.some((f) => f.unidentified),
    whose:
      findings.length === 0 ? [] : resolve(inForce.configuration.directory, identifiers, { from: signal.time, to: signal.time }).affected,
    why: findings.map((finding) => whyOf(finding, grounds)).sort(gravest),
    ...(severity && { severity }),
    ruleset: inForce.rules.hash,
    engine,
  };
};

const mostRemembered = 10_000;

/** A storm says the same few things again and again: each is hashed once, and its name kept once, however many members carry it. */
const rememberingHash = (): ((value: string) => string) => {
  const known = new Map<string, string>();
  return (value) => {
    const name = known.get(value) ?? keyed(passingKey, value);
    if (known.size >= mostRemembered) known.clear();
    known.set(value, name);
    return name;
  };
};

/** Matches of one event, in a state that the earlier ones left. */
const matchesIn = (inForce: InForce, answer: Answer) => {
  const paths = carriedFields(inForce.rules);
  const hash = rememberingHash();
  return ({ reader, event, signal }: Read): readonly Match[] => {
    if (isQuiet(signal)) return [];
    const whole = evaluated(reader.vendorEvent(event), signal);
    const facts = factsOf(whole, signal, paths, hash);
    const found = matchDetections(inForce.rules, logsourceOf(reader, signal), whole);
    const matches = unmuted(found, { event: whole, time: signal.time }).left.map(
      (rule): Match => ({ rule, time: signal.time, id: signal.id, signals: [signal.id], facts, event: whole }),
    );
    return climb(inForce.rules, matches, answer);
  };
};

/** What is kept of a match until it is known whether something silences it: not the members, of which a crowd has thousands. */
type Heard = Pick<Match, 'id' | 'silences' | 'silencedBy'> & { readonly finding?: Finding };

const heardOf = (match: Match, _: number, all: readonly Match[]): Heard => {
  const { id, silences, silencedBy } = match;
  const finding = findingOf(match, passingKey);
  return {
    id,
    ...(silences && { silences }),
    ...(silencedBy !== undefined && { silencedBy }),
    ...(finding && !windowOf(match, finding, all) && { finding }),
  };
};

/** `zone`: of log lines that name none, whatever the configuration says of their source. */
export type DryRun = { readonly now: Instant; readonly zone?: string };

/** Some candidates, read: answers for those that can't be, and the matches of the others in the order of their times. */
type Batch = {
  readonly answers: Classified[];
  readonly found: readonly { readonly one: Pick<Read, 'index' | 'signal' | 'identifiers'>; readonly heard: readonly Heard[] }[];
};

const readBatch = (inForce: InForce, candidates: readonly Candidate[], { now, zone }: DryRun): { answers: Classified[]; read: Read[] } => {
  const answers: Classified[] = [];
  const read: Read[] = [];
  for (const [index, { reader, event }] of candidates.entries()) {
    if (!reader) {
      answers[index] = quarantined(null, 'no source recognises this event; name it with --source', inForce.rules.hash);
      continue;
    }
    const named = zone ?? sourceSettings(inForce.configuration, reader.name).zone;
    const normal = toSignal({ reader, event, received: now, rawRef: '', key: passingKey, zone: named });
    if (!normal.ok)
      answers[index] = quarantined(reader.name, `${normal.error.field}: expected ${normal.error.expected}`, inForce.rules.hash);
    else {
      const { signal, identifiers } = normal.value;
      read.push({ index, reader, event, identifiers, signal: enrich(signal, identifiers, inForce.configuration.directory) });
    }
  }
  return { answers, read };
};

export type Classifier = {
  /** Takes the next candidates, and answers those before: what comes next may silence a rule that asks for an absence. */
  readonly add: (candidates: readonly Candidate[]) => readonly Classified[];
  readonly end: () => readonly Classified[];
};

/** Batches in the order in which they come, each in the order of its times, on one state. `groups`: what is remembered of the earlier ones. */
const openClassifier = (inForce: InForce, run: DryRun, groups: Answer): Classifier => {
  const matchesOf = matchesIn(inForce, groups);
  let waiting: Batch | undefined;
  const answered = ({ answers, found }: Batch, next: Batch | undefined): readonly Classified[] => {
    const isSilent = silencedAmong([...found, ...(next?.found ?? [])].flatMap(({ heard }) => heard));
    for (const { one, heard } of found)
      answers[one.index] = describe(
        one,
        heard.flatMap((match) => (match.finding && !isSilent(match) ? [match.finding] : [])),
        inForce,
      );
    return answers;
  };
  const turn = (next: Batch | undefined): readonly Classified[] => {
    const done = waiting ? answered(waiting, next) : [];
    waiting = next;
    return done;
  };
  return {
    add: (candidates) => {
      const { answers, read } = readBatch(inForce, candidates, run);
      const inOrder = read.sort((a, b) => a.signal.time - b.signal.time || a.index - b.index);
      const found = inOrder.map((one) => {
        const { index, signal, identifiers } = one;
        return { one: { index, signal, identifiers }, heard: matchesOf(one).map(heardOf) };
      });
      return turn({ answers, found });
    },
    end: () => turn(undefined),
  };
};

/** For more than memory holds: it remembers of its groups what 24 h need (D-30). */
export const classifyStream = (inForce: InForce, run: DryRun): Classifier => openClassifier(inForce, run, streamGroups().answer);

/** One answer per candidate, in the order in which they came. */
export const classify = (inForce: InForce, candidates: readonly Candidate[], run: DryRun): readonly Classified[] => {
  const { add, end } = openClassifier(inForce, run, plainGroups());
  add(candidates);
  return end();
};
