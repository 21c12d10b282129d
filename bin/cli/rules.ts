// The tools of rule authors: evaluates any Sigma rules; checks, tests and explains our own; brings in others.
import { resolve } from 'node:path';
import { CliFailure, CliUse, type Command, configuration, print, readWords } from './command.ts';

const evalOptions = {
  rules: { type: 'string', multiple: true },
  counts: { type: 'boolean' },
  json: { type: 'boolean' },
  lists: { type: 'string' },
  time: { type: 'string' },
} as const;

const evalWords = (words: readonly string[]) => {
  const { values, positionals } = readWords(words, evalOptions);
  const [file, second] = positionals;
  const { rules, lists, time } = values;
  if (file === undefined || second !== undefined || !rules?.length)
    throw new CliUse('rules eval takes rules and one file of JSON lines: art33 rules eval --rules PATH FILE.ndjson.');
  return {
    rules,
    file,
    counts: values.counts ?? false,
    ...(lists === undefined ? {} : { lists }),
    ...(time === undefined ? {} : { time }),
  };
};

/** At most one word beside the options. */
const oneWord = (positionals: readonly string[], usage: string): string | undefined => {
  if (positionals.length > 1) throw new CliUse(`it takes one word at most: art33 rules ${usage}.`);
  return positionals[0];
};

const folderOf = async (config: string | undefined): Promise<string> =>
  config === undefined ? (await import('#local/configuration.ts')).exampleDir : resolve(config);

const explainOptions = { source: { type: 'string' }, rule: { type: 'string' }, config: { type: 'string' } } as const;

const explain = async (words: readonly string[]): Promise<number> => {
  const { values, positionals } = readWords(words, explainOptions);
  if (positionals.length === 0) throw new CliUse('rules explain takes raw events: art33 rules explain FILE.');
  const inForce = await configuration(values.config);
  const source = values.source ?? 'auto';
  if (source !== 'auto' && !inForce.sources.readers.has(source))
    throw new CliUse(`--source ${source}: there is auto, ${inForce.sources.names.join(', ')}.`);
  const { rule: only } = values;
  if (only !== undefined && !inForce.rules.rules.some(({ name, id }) => name === only || id === only))
    throw new CliFailure('--rule: no rule has that name or id.');
  const { candidatesIn } = await import('./classify.ts');
  const { explainFiles } = await import('#bin/rules/explain-files.ts');
  const taken = await Array.fromAsync(candidatesIn(positionals, inForce.sources, source));
  const candidates = taken.flatMap((piece) => piece.candidates);
  for (const line of await explainFiles(await folderOf(values.config), candidates, { inForce, only })) print(line);
  return 0;
};

/** Each is loaded when it is asked for: `eval` shall not wait for what it does not need. */
const verbs: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  eval: async (words) => {
    const given = evalWords(words);
    await (await import('#bin/rules/eval.ts')).evaluate(given);
    return 0;
  },
  check: async (words) => {
    const { values, positionals } = readWords(words, { config: { type: 'string' } });
    const path = oneWord(positionals, 'check [PATH]');
    return (await (await import('#bin/rules/check.ts')).checkRules(await folderOf(values.config), path)) ? 0 : 1;
  },
  test: async (words) => {
    const { values, positionals } = readWords(words, { config: { type: 'string' } });
    const rule = oneWord(positionals, 'test [RULE]');
    return (await (await import('#bin/rules/test.ts')).testRules(await folderOf(values.config), rule)) ? 0 : 1;
  },
  explain,
  import: async (words) => {
    const { values, positionals } = readWords(words, { config: { type: 'string' }, license: { type: 'string' } });
    const path = oneWord(positionals, 'import PATH --config DIR');
    if (path === undefined || values.config === undefined)
      throw new CliUse('it takes rules and a folder of yours: art33 rules import PATH --config DIR.');
    await (await import('#bin/rules/import.ts')).importRules({ path, dir: resolve(values.config), license: values.license });
    return 0;
  },
  replay: async (words) => {
    await (await import('#bin/rules/replay.ts')).replay(words);
    return 0;
  },
};

export const rulesCommand: Command = {
  name: 'rules',
  summary: `tools for rule authors: ${Object.keys(verbs).join(', ')}`,
  help: `art33 rules eval --rules PATH… FILE.ndjson|- [--counts] [--json] [--lists FILE.yml] [--time FIELD]
  Any Sigma rules, correlations and filters included, against any JSON lines as they are: no source, no routing by log source.
  One JSON line for each firing {line, rule, title}: line from 0, rule the id or else the title. A rule that a correlation builds
  upon is silent unless that says "generate: true".
  --rules PATH   a file or a directory; may be given several times
  --counts       instead one JSON line for each rule that speaks: {rule, title, count}
  --json         changes nothing: JSON is what is printed
  --lists FILE   what placeholders stand for: a map from each name, without %, to its values; an empty list matches nothing
  --time FIELD   when an event happened, for correlations: RFC 3339, or seconds or milliseconds since 1970; without it the field
                 "timestamp", or else "eventTime". Late events count up to 24 h; a line that comes twice counts once.
  On stderr one line for each refused document, and at the end events/s. Exit 0 also when documents were refused.

art33 rules check [PATH] [--config DIR]
  What is refused; what leaves the schemas of the Sigma specification; what is odd: rules that can't lead anywhere, match too
  much, ask the same twice or have no tests; filters that expired. Without PATH the shipped rules and DIR/rules. Exit 1 on an error.

art33 rules test [RULE] [--config DIR]
  Plays the tests beside the rules (*.tests.yml): as written, backwards, every event twice. Exit 1 when one fails.

art33 rules explain FILE…|- [--source auto|NAME] [--rule NAME] [--config DIR]
  For each raw event and each rule that is asked about it: does it fire, and which line of which selection holds (+) or not (-),
  with what is there. Then the correlations over all events. It prints what the events hold.

art33 rules import PATH --config DIR [--license SPDX]
  Brings in Sigma rules of others (SigmaHQ, Auth0's catalogue) that are for a source of ours, into DIR/rules/imported, as they are
  written: author and licence stay. Added are a block "incident" from the tags, never graver than possible, and with --license the
  licence of the collection where a rule names none. What does not load is refused on stderr, one line each; exit 0 nevertheless.

art33 rules replay --rules A --rules B [--from TIME] [--to TIME] [--config DIR] [--data DIR] [--json]
  Plays the raw events of the store, those that arrived between the two times, once by each of two sets of rules, each a file or a
  directory; nobody answers. Prints the cases that only one of them makes (- A, + B), then what each came to. Nothing is written.
  --from, --to   a day or an instant; without them from the first to the last
  --json         one line {events, a, b, onlyA, onlyB}`,
  run: async ([verb = '', ...words]) => {
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!run) throw new CliUse(`rules takes one of ${Object.keys(verbs).join(', ')}: art33 rules --help.`);
    return run(words);
  },
};
