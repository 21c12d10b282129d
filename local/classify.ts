// Decides what a dry run says of raw events: one stream in the order of their own times, correlation included, nothing kept.
import { matchDetections } from '#core/detection/detect.ts';
import { evaluated, factsOf, findingOf, isQuiet } from '#core/detection/find.ts';
import type { Finding } from '#core/detection/finding.ts';
import { noNature, outcomeOf, worstLevel, worstNature } from '#core/detection/outcome.ts';
import type { Level, Member, Nature } from '#core/detection/rule.ts';
import { type Match, carriedFields, walk } from '#core/detection/walk.ts';
import { enrich } from '#core/directory/enrich.ts';
import { sourceSettings } from '#core/directory/source-settings.ts';
import { keyed } from '#core/kernel/hash.ts';
import type { Instant } from '#core/kernel/time.ts';
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
  readonly reason?: string;
};

/** No incident is made here, so nothing of this key lasts. */
const passingKey = new Uint8Array(32);

const quarantined = (source: string | null, reason: string): Classified => ({
  source,
  eventId: null,
  kind: null,
  outcome: 'quarantine',
  nature: noNature,
  personalData: 'unlikely',
  level: 'informational',
  rules: [],
  reason,
});

type Read = { readonly index: number; readonly reader: SourceReader; readonly event: RawEvent; readonly signal: Signal };

const describe = (signal: Signal, findings: readonly Finding[]): Classified => {
  const nature = findings.reduce((all, f) => worstNature(all, f.nature), noNature);
  const personalData = findings.some((f) => f.personalData === 'likely') ? 'likely' : 'unlikely';
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
  };
};

/** Groups of one dry run, in memory. */
const memory = () => {
  const groups = new Map<string, Map<string, Member>>();
  return (group: string, member: Member, window: number): readonly Member[] => {
    const members = groups.get(group) ?? new Map<string, Member>();
    groups.set(group, members.set(`${member.stage}/${member.id}`, member));
    return [...members.values()].filter((m) => Math.abs(m.time - member.time) <= window);
  };
};

/** Findings of one event, in a state that the earlier ones left. */
const findingsIn = (inForce: InForce) => {
  const add = memory();
  const paths = carriedFields(inForce.rules);
  const hash = (value: string): string => keyed(passingKey, value);
  return ({ reader, event, signal }: Read): readonly Finding[] => {
    if (isQuiet(signal)) return [];
    const whole = evaluated(reader.vendorEvent(event), signal);
    const facts = factsOf(whole, signal, paths, hash);
    const matches = matchDetections(inForce.rules, logsourceOf(reader, signal), whole).map(
      (rule): Match => ({ rule, time: signal.time, id: signal.id, signals: [signal.id], facts, event: whole }),
    );
    const climbing = walk(inForce.rules, matches);
    let step = climbing.next();
    while (!step.done) step = climbing.next(add(step.value.group, step.value.member, step.value.window));
    return step.value.flatMap((match) => findingOf(match, passingKey) ?? []);
  };
};

/** `zone`: of log lines that name none, whatever the configuration says of their source. */
export type DryRun = { readonly now: Instant; readonly zone?: string };

/** One answer per candidate, in the order in which they came. */
export const classify = (inForce: InForce, candidates: readonly Candidate[], { now, zone }: DryRun): readonly Classified[] => {
  const answers: Classified[] = [];
  const read: Read[] = [];
  for (const [index, { reader, event }] of candidates.entries()) {
    if (!reader) {
      answers[index] = quarantined(null, 'no source recognises this event; name it with --source');
      continue;
    }
    const named = zone ?? sourceSettings(inForce.configuration, reader.name).zone;
    const normal = toSignal({ reader, event, received: now, rawRef: '', key: passingKey, zone: named });
    if (!normal.ok) answers[index] = quarantined(reader.name, `${normal.error.field}: expected ${normal.error.expected}`);
    else
      read.push({ index, reader, event, signal: enrich(normal.value.signal, normal.value.identifiers, inForce.configuration.directory) });
  }
  const findings = findingsIn(inForce);
  for (const one of read.sort((a, b) => a.signal.time - b.signal.time || a.index - b.index)) {
    answers[one.index] = describe(one.signal, findings(one));
  }
  return answers;
};
