// Plays the stored raw events once by each of two sets of rules, and says which cases differ.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { rawBetween } from '#adapters/embedded/stored-raw.ts';
import type { RuleSet } from '#core/detection/rule.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { Lists } from '#core/detection/sigma/expand.ts';
import { printable } from '#core/kernel/safe.ts';
import { type Instant, instantOf, parseInstant } from '#core/kernel/time.ts';
import { exampleDir } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import { type Case, type Compared, compareRules } from '#local/play-replay.ts';
import { CliFailure, CliUse, configuration, dataDirFor, print, readWords } from '#bin/cli/command.ts';

const options = {
  from: { type: 'string' },
  to: { type: 'string' },
  rules: { type: 'string', multiple: true },
  config: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** A day is its beginning, UTC. */
const instantIn = (name: string, text: string | undefined, otherwise: Instant): Instant => {
  if (text === undefined) return otherwise;
  const read = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (!read.ok) throw new CliUse(`--${name}: write it as 2026-03-14, or as 2026-03-14T02:00:00Z.`);
  return read.value;
};

const setAt = async (path: string, lists: Lists): Promise<RuleSet> => {
  if (!existsSync(path)) throw new CliUse(`--rules ${path}: there is no such file or folder.`);
  const { documents, problems } = await readRuleDocuments([path]);
  const { set, errors } = compileRules(documents, lists);
  const wrong = [...problems.map(problemText), ...errors.map(({ where, rule, reason }) => printable(`${where} ${rule}: ${reason}`))];
  if (wrong.length > 0) throw new CliFailure(`${path}: ${wrong.length} thing(s) to mend:\n${wrong.join('\n')}`);
  if (set.rules.length === 0) throw new CliUse(`--rules ${path}: there is no rule in it.`);
  return set;
};

const caseText = ({ title, outcome, level, rules, controllers }: Case): string =>
  printable(`${outcome}, ${level}: ${title} (${rules.join(', ')}); ${controllers.length === 0 ? 'no controller' : controllers.join(', ')}`);

const tell = ({ a, b, onlyA, onlyB }: Compared, events: number): void => {
  for (const one of onlyA) print(`- ${caseText(one)}`);
  for (const one of onlyB) print(`+ ${caseText(one)}`);
  for (const [name, { outcome, incidents, pages }] of [['A', a] as const, ['B', b] as const])
    print(`${name}: outcome ${outcome}; ${incidents} case(s); somebody newly called ${pages} time(s)`);
  print(
    `${events} raw event(s); ${onlyA.length + onlyB.length === 0 ? 'no difference' : `${onlyA.length} case(s) of A alone, ${onlyB.length} of B`}`,
  );
};

export const replay = async (words: readonly string[]): Promise<void> => {
  const { values, positionals } = readWords(words, options);
  const [pathA, pathB, third] = values.rules ?? [];
  if (pathA === undefined || pathB === undefined || third !== undefined || positionals.length > 0)
    throw new CliUse('rules replay compares two sets: art33 rules replay --rules A --rules B [--from TIME] [--to TIME].');
  const now = systemClock().now();
  const [from, to] = [instantIn('from', values.from, instantOf(0)), instantIn('to', values.to, now)];
  if (from > to) throw new CliUse('--from is after --to.');
  const file = join(dataDirFor(values.data), 'art33.db');
  if (!existsSync(file))
    throw new CliFailure('there is no store here; start Art33 once (npm start), or name another folder with --data DIR.');
  const inForce = await configuration(values.config);
  const loaded = await loadConfiguration(values.config === undefined ? exampleDir : resolve(values.config), now);
  const lists = loaded.ok ? loaded.value.lists : new Map<string, readonly string[]>();
  const sets = { a: await setAt(pathA, lists), b: await setAt(pathB, lists) };
  const raw = rawBetween(file, { from, to }).filter(({ source }) => inForce.sources.readers.has(source));
  const compared = await compareRules(
    raw.map((one) => ({ ...one, whole: true })),
    sets,
    { inForce, log: stderrLog('error') },
  );
  if (values.json) print(JSON.stringify({ events: raw.length, ...compared }));
  else tell(compared, raw.length);
};
