// Decides which modifiers a field may carry and which of them go together (Sigma 2.1, appendix of modifiers).
import { printable } from '../../kernel/safe.ts';
import { type Encoding, encodings, isEncoding } from './encoding.ts';
import { type TimePart, isTimePart, timeParts } from './time-part.ts';

export const comparisons = ['lt', 'lte', 'gt', 'gte'] as const;
export type Comparison = (typeof comparisons)[number];
const isComparison = (word: string): word is Comparison => (comparisons as readonly string[]).includes(word);

const places = ['contains', 'startswith', 'endswith'] as const;
export type Place = (typeof places)[number];
const isPlace = (word: string): word is Place => (places as readonly string[]).includes(word);

export type Kind = 'text' | 're' | 'cidr' | 'number' | 'exists' | 'fieldref';

export type Modifiers = {
  readonly kind: Kind;
  readonly place: Place | undefined;
  readonly comparison: Comparison | undefined;
  readonly part: TimePart | undefined;
  readonly encodings: readonly Encoding[];
  readonly flags: ReadonlySet<string>;
  readonly all: boolean;
  readonly neq: boolean;
  readonly cased: boolean;
  readonly windash: boolean;
  readonly expand: boolean;
};

const flagLetters: readonly string[] = ['i', 'm', 's'];
const numeric: readonly string[] = [...comparisons, ...timeParts];
const known: readonly string[] = [
  ...places,
  'all',
  'exists',
  'cased',
  'neq',
  'windash',
  're',
  ...flagLetters,
  ...encodings,
  ...numeric,
  'cidr',
  'expand',
  'fieldref',
];

/** What may stand beside the modifier that makes the kind. */
const beside: Readonly<Record<Kind, readonly string[]>> = {
  text: [...places, ...encodings, 'all', 'cased', 'neq', 'windash', 'expand'],
  re: [...flagLetters, 're', 'all', 'neq', 'expand'],
  cidr: ['cidr', 'all', 'neq', 'expand'],
  number: [...numeric, 'neq', 'expand'],
  exists: ['exists'],
  fieldref: [...places, 'fieldref', 'all', 'cased', 'neq'],
};

const kindOf = (words: readonly string[]): Kind => {
  const kind = (['exists', 're', 'cidr', 'fieldref'] as const).find((one) => words.includes(one));
  return kind ?? (words.some((word) => numeric.includes(word)) ? 'number' : 'text');
};

/** Pairs of which one alone can be meant. */
const exclusive: readonly (readonly string[])[] = [
  places,
  comparisons,
  timeParts,
  ['base64', 'base64offset'],
  ['utf16le', 'utf16be', 'utf16', 'wide'],
  ['neq', 'all'],
  ['neq', ...comparisons],
];

const clash = (words: readonly string[], kind: Kind): string | undefined => {
  const repeated = words.find((word, i) => words.indexOf(word) !== i);
  if (repeated !== undefined) return `modifier "${repeated}" is written twice; once is enough`;
  const flag = words.find((word) => flagLetters.includes(word));
  if (flag !== undefined && kind !== 're') return `modifier "${flag}" belongs to a regular expression; write |re|${flag}`;
  const stranger = words.find((word) => !beside[kind].includes(word));
  if (stranger !== undefined) return `modifier "${stranger}" does not go with "${kind}"; beside it may stand: ${beside[kind].join(', ')}`;
  const pair = exclusive.map((group) => words.filter((word) => group.includes(word))).find((both) => both.length > 1);
  return pair && `modifiers "${pair.join('" and "')}" do not go together; keep one of them`;
};

/** The modifiers after the field's name, or why they are refused. */
export const modifiersOf = (words: readonly string[]): Modifiers | string => {
  const unknown = words.find((word) => !known.includes(word));
  if (unknown !== undefined) return `unknown modifier "${printable(unknown)}"; Sigma 2.1 knows: ${known.join(', ')}`;
  const kind = kindOf(words);
  const wrong = clash(words, kind);
  if (wrong !== undefined) return wrong;
  return {
    kind,
    place: words.find(isPlace),
    comparison: words.find(isComparison),
    part: words.find(isTimePart),
    encodings: words.filter(isEncoding),
    flags: new Set(words.filter((word) => flagLetters.includes(word))),
    all: words.includes('all'),
    neq: words.includes('neq'),
    cased: words.includes('cased'),
    windash: words.includes('windash'),
    expand: words.includes('expand'),
  };
};
