// Decides what a test beside a rule comes to: its raw events go through the real readers, the directory, the rules and the correlation.
import { climb, plainGroups, silencedAmong } from '#core/detection/climb.ts';
import { matchDetections } from '#core/detection/detect.ts';
import { evaluated, factsOf, findingOf, isQuiet } from '#core/detection/find.ts';
import type { Finding } from '#core/detection/finding.ts';
import { outcomeOf } from '#core/detection/outcome.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { type Match, carriedFields } from '#core/detection/walk.ts';
import type { Directory } from '#core/directory/directory.ts';
import { enrich } from '#core/directory/enrich.ts';
import { type Instant, parseDuration, parseInstant, plus } from '#core/kernel/time.ts';
import { logsourceOf, toSignal } from '#core/signal/normalise.ts';
import type { RawEvent } from '#core/signal/signal.ts';
import type { Sources } from '#core/signal/sources.ts';

type Fields = Readonly<Record<string, unknown>>;
type Event = { readonly at: string; readonly as: string; readonly raw: unknown };

/** One test as written. `change` and `changeAll` lay a patch over `raw`, `move` gives an event another time. */
export type RuleTest = {
  readonly name: string;
  readonly expect: readonly string[];
  readonly outcome?: string;
  readonly events: readonly Event[];
  readonly change?: Readonly<Record<number, Fields>>;
  readonly changeAll?: Fields;
  readonly move?: Readonly<Record<number, string>>;
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly orders?: readonly Order[];
};

export const orders = ['as-written', 'reversed', 'duplicated'] as const;
export type Order = (typeof orders)[number];

/** What the shipped tests take the lists to hold where they say nothing of them. */
export const usualLists: Readonly<Record<string, readonly string[]>> = {
  trusted_networks: [],
  own_networks: [],
  own_accounts: ['444455556666'],
  sudo_users: ['deploy'],
};

/** Where a test is played. `bare`: without the guard on marks, so that a rule's own filters are seen to hold. */
export type Playing = {
  readonly set: RuleSet;
  readonly rule: string;
  readonly order: Order;
  readonly directory: Directory;
  readonly sources: Sources;
  readonly bare?: boolean;
};

const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

const patched = (value: unknown, patch: unknown): unknown =>
  isMap(value) && isMap(patch)
    ? { ...value, ...Object.fromEntries(Object.entries(patch).map(([key, part]) => [key, patched(value[key], part)])) }
    : patch;

const start = parseInstant('2026-03-14T01:00:00Z');
const timeOf = (at: string): Instant => {
  const sign = at.startsWith('-') ? -1 : 1;
  const length = parseDuration(at.replace(/^-/, ''));
  if (!start.ok || !length.ok) throw new Error(`at: ${at}: ${length.ok ? '' : length.error}`);
  return plus(start.value, (sign * length.value) as typeof length.value);
};

const eventsOf = (test: RuleTest, order: Order): readonly Event[] => {
  const events = test.events.map((event, i): Event => {
    const raw = [test.changeAll, test.change?.[i]].reduce<unknown>((value, patch) => (patch ? patched(value, patch) : value), event.raw);
    return { ...event, raw, at: test.move?.[i] ?? event.at };
  });
  if (order === 'reversed') return events.toReversed();
  return order === 'duplicated' ? events.flatMap((event) => [event, event]) : events;
};

/** Nothing of this lasts. */
const key = new Uint8Array(32);
const keyed = (value: string): string => `~${value}`;

const matchesOf = ({ set, bare, sources, directory }: Playing, { at, as, raw }: Event): readonly Match[] => {
  const reader = sources.readers.get(as);
  if (!reader) throw new Error(`no source is called ${as}`);
  const event: RawEvent = typeof raw === 'string' ? { text: raw } : { text: JSON.stringify(raw), json: raw };
  const read = toSignal({ reader, event, received: timeOf(at), rawRef: '', key });
  if (!read.ok) throw new Error(`${as} can't read it: ${read.error.field}, expected ${read.error.expected}`);
  const signal = enrich(read.value.signal, read.value.identifiers, directory);
  if (isQuiet(signal) && !bare) return [];
  const whole = evaluated(reader.vendorEvent(event), signal);
  const facts = factsOf(whole, signal, carriedFields(set), keyed);
  return matchDetections(set, logsourceOf(reader, signal), whole).map(
    (rule): Match => ({ rule, time: signal.time, id: signal.id, signals: [signal.id], facts, event: whole }),
  );
};

const severities = ['none', 'security-incident', 'breach-assessment', 'suspected-breach'];
const outcomeIn = ({ nature, personalData, rule }: Finding): string => outcomeOf({ nature, personalData, level: rule.level });

export type Played = { readonly fired: readonly string[]; readonly outcome: string };

/** What opens or would open, by rule; and the rule under test, should it only be one that others build on. Throws where an event can't be read. */
export const playTest = (test: RuleTest, playing: Playing): Played => {
  const { set, rule, order } = playing;
  const answer = plainGroups();
  const all = eventsOf(test, order).flatMap((event) => climb(set, matchesOf(playing, event), answer));
  const isSilent = silencedAmong(all);
  const matches = all.filter((match) => !isSilent(match));
  const findings = matches.flatMap((match) => findingOf(match, key) ?? []);
  const names = matches.filter((match) => match.rule.name === rule || findings.some((one) => one.rule.name === match.rule.name));
  return {
    fired: [...new Set(names.map((match) => match.rule.name))].sort(),
    outcome: findings.map(outcomeIn).reduce((a, b) => (severities.indexOf(a) >= severities.indexOf(b) ? a : b), 'none'),
  };
};
