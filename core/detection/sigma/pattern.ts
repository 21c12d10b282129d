// Decides when a text fits a Sigma string: `*` and `?`, backslash escapes, any letter case; in linear passes, never by a generated regex.

/** One character as written, or what stands for several. */
export type Token = string | typeof star | typeof any | typeof dash;
export const star = 0;
export const any = 1;
/** Any of the marks that begin an option on Windows (`windash`). */
export const dash = 2;

const dashes: ReadonlySet<string> = new Set(['-', '/', '\u2013', '\u2014', '\u2015']);

/** One letter case. The Greek final sigma is the sigma: lower-casing would choose by what follows. */
export const fold = (text: string): string => {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
};

/** Reads a Sigma string. A backslash escapes `*`, `?` and itself; before anything else it is a backslash. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  const characters = [...text];
  for (let i = 0; i < characters.length; i += 1) {
    const [here = '', next = ''] = [characters[i], characters[i + 1]];
    if (here === '\\' && (next === '*' || next === '?' || next === '\\')) {
      tokens.push(next);
      i += 1;
    } else tokens.push(here === '*' ? star : here === '?' ? any : here);
  }
  return tokens;
};

/** The text itself where nothing in it is a wildcard. */
export const plainOf = (tokens: readonly Token[]): string | undefined =>
  tokens.every((token) => typeof token === 'string') ? tokens.join('') : undefined;

const isWord = (token: Token | undefined): boolean => typeof token === 'string' && /^[\p{L}\p{N}_]$/u.test(token);

/** A dash or slash that begins an option stands for each of the five; one inside a word stays (as pySigma reads it). */
export const windash = (tokens: readonly Token[]): readonly Token[] =>
  tokens.map((token, i) =>
    typeof token === 'string' && dashes.has(token) && !isWord(tokens[i - 1]) && isWord(tokens[i + 1]) ? dash : token,
  );

/** Each dash written out, for what is encoded afterwards: undefined where a wildcard is left, none where it would be too many. */
export const eachDash = (tokens: readonly Token[]): readonly (string | undefined)[] => {
  const places = tokens.filter((token) => token === dash).length;
  if (dashes.size ** places > 1_000) return [];
  let spelt: readonly (readonly Token[])[] = [[]];
  for (const token of tokens) spelt = spelt.flatMap((before) => (token === dash ? [...dashes] : [token]).map((one) => [...before, one]));
  return spelt.map(plainOf);
};

/** What lies between two stars. */
type Segment = { readonly tokens: readonly Token[]; readonly text: string | undefined };

/** Where a segment that begins here ends, or -1. */
const endAt = (segment: Segment, text: string, from: number): number => {
  if (segment.text !== undefined) return text.startsWith(segment.text, from) ? from + segment.text.length : -1;
  let at = from;
  for (const token of segment.tokens) {
    const code = text.codePointAt(at);
    if (code === undefined) return -1;
    const here = String.fromCodePoint(code);
    if (token === dash ? !dashes.has(here) : token !== any && token !== here) return -1;
    at += here.length;
  }
  return at;
};

/** The next place where a character begins. */
const after = (text: string, at: number): number => at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);

/** Where the first occurrence ends, or -1. */
const endOfFirst = (segment: Segment, text: string, from: number): number => {
  if (segment.text !== undefined) {
    const found = text.indexOf(segment.text, from);
    return found < 0 ? -1 : found + segment.text.length;
  }
  for (let at = from; at < text.length; at = after(text, at)) {
    const end = endAt(segment, text, at);
    if (end >= 0) return end;
  }
  return -1;
};

const closes = (segment: Segment, text: string, from: number): boolean => {
  if (segment.text !== undefined) return text.length - segment.text.length >= from && text.endsWith(segment.text);
  for (let at = from; at < text.length; at = after(text, at)) if (endAt(segment, text, at) === text.length) return true;
  return false;
};

/** The leftmost fit of each segment leaves the most for the rest: no step is ever taken back. */
const fits = (segments: readonly Segment[], text: string): boolean => {
  const [first, ...rest] = segments;
  const last = rest.pop();
  let at = first ? endAt(first, text, 0) : -1;
  if (at < 0 || !last) return at === text.length;
  for (const segment of rest) {
    at = endOfFirst(segment, text, at);
    if (at < 0) return false;
  }
  return closes(last, text, at);
};

const segmentsOf = (tokens: readonly Token[]): readonly Segment[] => {
  const segments: Token[][] = [[]];
  for (const token of tokens) {
    if (token === star) segments.push([]);
    else segments.at(-1)?.push(token);
  }
  // Two stars side by side say what one says.
  const kept = segments.filter((segment, i) => segment.length > 0 || i === 0 || i === segments.length - 1);
  return kept.map((inside) => ({ tokens: inside, text: plainOf(inside) }));
};

/** A matcher over texts; without `cased` the texts given to it must be folded. `*` alone asks for a text that isn't empty. */
export const matcherOf = (tokens: readonly Token[], cased: boolean): ((text: string) => boolean) => {
  const wanted = cased ? tokens : tokens.flatMap((token): readonly Token[] => (typeof token === 'string' ? [...fold(token)] : [token]));
  const plain = plainOf(wanted);
  if (plain !== undefined) return (text) => text === plain;
  if (wanted.every((token) => token === star)) return (text) => text !== '';
  const segments = segmentsOf(wanted);
  return (text) => fits(segments, text);
};
