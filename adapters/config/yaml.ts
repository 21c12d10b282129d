// Decides what counts as YAML here: 1.2 core schema, no key twice, no tags, no alias bombs, and every value knows its line.
import { type Document, LineCounter, type YAMLError, isMap, isNode, isPair, isScalar, parseAllDocuments } from 'yaml';
import type { ConfigProblem, Path } from './problem.ts';

export type YamlDocument = {
  readonly tree: unknown;
  /** The line of the value at a path, counted from 1 over the whole file; of its nearest parent where it is missing. */
  readonly line: (path: Path) => number | undefined;
};

export type YamlFile = {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly ConfigProblem[];
  /** Of each document that can't be read, its first problem. */
  readonly refused: readonly ConfigProblem[];
};

/** What people write by hand is small; a larger file is a mistake, and a parser that recurses must not meet it. */
const largestFile = 1_000_000;
const mostAliases = 100;
/** After a broken bracket most further faults are its consequences. */
const mostFaults = 10;

const sayings: Readonly<Record<string, readonly [wrong: string, right: string]>> = {
  DUPLICATE_KEY: ['key written twice', 'keep one of the two'],
  TAB_AS_INDENT: ['indented with a tab', 'indent with blanks'],
  BAD_INDENT: ['indentation does not fit', 'indent the entries of one list or object alike'],
  TAG_RESOLVE_FAILED: ['a YAML tag (!…)', 'remove the tag, or put the text in quotes'],
};

/** A file of which nothing can be read. */
export const noDocument = (problem: ConfigProblem): YamlFile => ({ documents: [], problems: [problem], refused: [problem] });

/** Reads every document of a file. Nothing here throws: a file that is no YAML is a problem with its line. */
export const readYaml = (text: string, file: string): YamlFile => {
  const whole = (wrong: string, right: string): YamlFile => noDocument({ file, line: 1, field: 'the file', wrong, right });
  if (text.length > largestFile) return whole('larger than 1 MB', 'split it, or look whether it is the right file');
  try {
    return parse(text, file);
  } catch {
    return whole('not YAML that can be read', 'check its nesting');
  }
};

const parse = (text: string, file: string): YamlFile => {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: true,
    prettyErrors: false,
    // Its own warnings would print parts of the file.
    logLevel: 'error',
    lineCounter: counter,
  });
  const documents: YamlDocument[] = [];
  const problems: ConfigProblem[] = [];
  const refused: ConfigProblem[] = [];
  for (const document of parsed) {
    const faults = [...document.errors, ...document.warnings].slice(0, mostFaults).map((error) => faultOf(error, { text, file, counter }));
    const plain = faults.length === 0 ? plainOf(document, { file, counter }) : undefined;
    if (plain?.problem) faults.push(plain.problem);
    problems.push(...faults);
    refused.push(...faults.slice(0, 1));
    if (faults.length === 0) documents.push({ tree: plain?.tree, line: (path) => lineAt(document, path, counter) });
  }
  return { documents, problems, refused };
};

type Source = { readonly text: string; readonly file: string; readonly counter: LineCounter };

const faultOf = (error: YAMLError, { text, file, counter }: Source): ConfigProblem => {
  const [start] = error.pos;
  const key = error.code === 'DUPLICATE_KEY' ? /^["']?([\w.:-]{1,80}?)["']?\s*:/.exec(text.slice(start, start + 100))?.[1] : undefined;
  const code = error.code.toLowerCase().replaceAll('_', ' ');
  const [wrong, right] = sayings[error.code] ?? [`not YAML (${code})`, 'check indentation, quotes and brackets'];
  return { file, line: counter.linePos(start).line || 1, field: key ?? 'the file', wrong, right };
};

/** Aliases multiply (a "billion laughs" file): the cap stops them before they are expanded. */
const plainOf = (document: Document.Parsed, { file, counter }: Omit<Source, 'text'>): { tree?: unknown; problem?: ConfigProblem } => {
  try {
    return { tree: document.toJS({ maxAliasCount: mostAliases }) };
  } catch {
    const line = counter.linePos(document.range[0]).line || 1;
    const right = 'write the values out, or define each anchor before its alias';
    return { problem: { file, line, field: 'the file', wrong: 'aliases that multiply or lead nowhere', right } };
  }
};

const lineAt = (document: Document.Parsed, path: Path, counter: LineCounter): number | undefined => {
  let node: unknown = document.contents;
  let offset = isNode(node) ? node.range?.[0] : undefined;
  for (const part of path) {
    const step = stepInto(node, part);
    if (!step) break;
    node = step.node;
    offset = step.offset ?? offset;
  }
  return offset === undefined ? undefined : counter.linePos(offset).line;
};

/** Into an object by its key (whose line people look for), into a list by its index. */
const stepInto = (node: unknown, part: string | number): { node: unknown; offset: number | undefined } | undefined => {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return isPair(pair) ? { node: pair.value, offset: isScalar(pair.key) ? pair.key.range?.[0] : undefined } : undefined;
  }
  const items = isNode(node) && 'items' in node && Array.isArray(node.items) ? node.items : [];
  const item: unknown = items[Number(part)];
  return isNode(item) ? { node: item, offset: item.range?.[0] } : undefined;
};
