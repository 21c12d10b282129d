// The tools of rule authors: evaluates any Sigma rules.
import { CliUse, type Command, readWords } from './command.ts';

const options = {
  rules: { type: 'string', multiple: true },
  counts: { type: 'boolean' },
  json: { type: 'boolean' },
  lists: { type: 'string' },
  time: { type: 'string' },
} as const;

const evalWords = (words: readonly string[]) => {
  const { values, positionals } = readWords(words, options);
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

/** Each is loaded when it is asked for: `eval` shall not wait for what it does not need. */
const verbs: Readonly<Record<string, (words: readonly string[]) => Promise<number>>> = {
  eval: async (words) => {
    const given = evalWords(words);
    await (await import('#bin/rules/eval.ts')).evaluate(given);
    return 0;
  },
  replay: async (words) => {
    await (await import('#bin/rules/replay.ts')).replay(words);
    return 0;
  },
};

export const rulesCommand: Command = {
  name: 'rules',
  summary: 'tools for rule authors: eval',
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

art33 rules replay --rules A --rules B [--from TIME] [--to TIME] [--config DIR] [--data DIR] [--json]
  Plays the raw events of the store, those that arrived between the two times, once by each of two sets of rules, each a file or a
  directory; nobody answers. Prints the cases that only one of them makes (- A, + B), then what each came to. Nothing is written.
  --from, --to   a day or an instant; without them from the first to the last
  --json         one line {events, a, b, onlyA, onlyB}`,
  run: async ([verb = '', ...words]) => {
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!run) throw new CliUse(`rules takes one of ${Object.keys(verbs).join(', ')}: art33 rules eval --help.`);
    return run(words);
  },
};
