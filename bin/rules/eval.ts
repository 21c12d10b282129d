// Decides what `rules eval` does: any Sigma rules against any JSON lines as they are, in constant memory, with nothing left behind.
import { existsSync, statSync } from 'node:fs';
import type { EvaluatedEvent, Rule, RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import { instantIn } from '#core/detection/sigma/time-part.ts';
import { fieldBook } from '#core/detection/sigma/value.ts';
import { type Stream, openStream } from '#core/detection/stream.ts';
import type { Match } from '#core/detection/walk.ts';
import { sha256 } from '#core/kernel/hash.ts';
import type { Instant } from '#core/kernel/time.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { CliFailure } from '#bin/cli/command.ts';
import { lineReader, openLines } from './json-lines.ts';
import { readLists } from './lists.ts';
import { refusalLines } from './refusals.ts';
import { type Spoken, spokenRules } from './spoken.ts';

export type EvalWords = {
  readonly rules: readonly string[];
  /** JSON lines; `-` for standard input. */
  readonly file: string;
  readonly counts: boolean;
  readonly lists?: string;
  readonly time?: string;
};

type Loaded = { readonly set: RuleSet; readonly spoken: ReadonlyMap<Rule, Spoken> };

const warn = (line: string): void => {
  process.stderr.write(`art33: ${line}\n`);
};

/** What is wrong is told line by line and left out; the rest loads (D-29). */
const load = async ({ rules, lists }: EvalWords): Promise<Loaded> => {
  const missing = rules.find((path) => !existsSync(path));
  if (missing !== undefined) throw new CliFailure(`${missing}: there is no such file or directory; --rules takes one with Sigma rules.`);
  const named = lists === undefined ? undefined : await readLists(lists);
  if (named && !named.ok) throw new CliFailure(named.error);
  const { documents, refused } = await readRuleDocuments(rules);
  if (documents.length === 0 && refused.length === 0)
    throw new CliFailure(`${rules.join(', ')}: no rule in it; a rule is a YAML document in a file that ends in .yml or .yaml.`);
  const { set, errors } = compileRules(documents, named?.value ?? new Map());
  for (const line of refusalLines(documents, errors, refused)) warn(`refused: ${line}`);
  return { set, spoken: spokenRules(set, documents) };
};

/** The first of the fields that holds a time. */
const eventTime = (field: string | undefined): ((event: EvaluatedEvent) => Instant | undefined) => {
  const book = fieldBook();
  const fields = (field === undefined ? ['timestamp', 'eventTime'] : [field]).map(book.field);
  return (event) => {
    for (const { find } of fields) {
      const time = instantIn(find(event).values()[0]);
      if (time !== undefined) return time;
    }
    return undefined;
  };
};

type Tally = { events: number; unread: number; firstUnread: number };

const isEvent = (value: unknown): value is EvaluatedEvent => typeof value === 'object' && value !== null && !Array.isArray(value);

const parsed = (text: string): EvaluatedEvent | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Two lines of the same text are the same event, delivered twice. What is nested too deep to be walked is no event. */
const matchesOf = (stream: Stream, text: string): readonly Match[] | undefined => {
  try {
    const event = parsed(text);
    return event && stream.add(event, () => sha256(text));
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
};

/** Evaluates one line. */
const onLine = (stream: Stream, tally: Tally, fired: (rule: Rule, line: number) => void) => (text: string | undefined, line: number) => {
  // A mark of byte order may open the file.
  const content = line === 0 && text?.startsWith('\ufeff') ? text.slice(1) : text;
  if (content !== undefined && content.length < 80 && content.trim() === '') return;
  const matches = content === undefined ? undefined : matchesOf(stream, content);
  if (!matches) {
    if (tally.unread === 0) tally.firstUnread = line;
    tally.unread += 1;
    return;
  }
  tally.events += 1;
  for (const { rule } of matches) fired(rule, line);
};

/** Firings as they come, written in larger pieces. */
const printer = (spoken: ReadonlyMap<Rule, Spoken>) => {
  const tails = new Map([...spoken].map(([rule, said]) => [rule, `,${JSON.stringify(said).slice(1)}\n`]));
  let text = '';
  const flush = (): void => {
    if (text !== '') process.stdout.write(text);
    text = '';
  };
  const fired = (rule: Rule, line: number): void => {
    const tail = tails.get(rule);
    if (tail === undefined) return;
    text += `{"line":${line}${tail}`;
    if (text.length > 60_000) flush();
  };
  return { fired, flush };
};

const counter = (spoken: ReadonlyMap<Rule, Spoken>) => {
  const counts = new Map([...spoken.keys()].map((rule) => [rule, 0]));
  return {
    fired: (rule: Rule): void => {
      const count = counts.get(rule);
      if (count !== undefined) counts.set(rule, count + 1);
    },
    flush: (): void => {
      const lines = [...spoken].map(([rule, said]) => JSON.stringify({ ...said, count: counts.get(rule) ?? 0 }));
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    },
  };
};

const many = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

const tellEnd = ({ events, unread, firstUnread }: Tally, stream: Stream, seconds: number): void => {
  const { tooLate, saturated } = stream.groups.told();
  if (unread > 0) warn(`${many(unread, 'line')} held no JSON object that can be read; the first is line ${firstUnread}, counted from 0.`);
  if (tooLate > 0) warn(`${many(tooLate, 'event')} came more than 24 h late and was not correlated.`);
  if (saturated > 0)
    warn(
      `${many(saturated, 'group')} of a correlation outgrew what is kept; the oldest members were let go, and averages and percentiles decide nothing there.`,
    );
  warn(`${many(events, 'event')} in ${seconds.toFixed(2)} s: ${Math.round(events / Math.max(seconds, 0.001))} events/s`);
};

/** `{line, rule, title}` for each firing, or `{rule, title, count}` for each rule. */
export const evaluate = async (words: EvalWords): Promise<void> => {
  if (words.file !== '-' && !statSync(words.file, { throwIfNoEntry: false })?.isFile())
    throw new CliFailure(`${words.file}: there is no such file; give JSON lines, or - for standard input.`);
  const { set, spoken } = await load(words);
  const stream = openStream(set, { timeOf: eventTime(words.time), keyed: (value) => value });
  const tally: Tally = { events: 0, unread: 0, firstUnread: 0 };
  const { fired, flush } = words.counts ? counter(spoken) : printer(spoken);
  const begun = performance.now();
  const reader = lineReader(onLine(stream, tally, fired));
  for await (const chunk of openLines(words.file)) reader.take(chunk);
  reader.end();
  flush();
  tellEnd(tally, stream, (performance.now() - begun) / 1_000);
};
