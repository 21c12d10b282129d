// Decides how a regular expression is taken apart: sequences, alternatives, repetitions, and what stands for one character.

/** `atom` stands for one character, by its source; what matches no character at all is an empty sequence. */
export type RegexTree =
  | { readonly kind: 'atom'; readonly source: string }
  | { readonly kind: 'sequence' | 'either'; readonly parts: readonly RegexTree[] }
  | { readonly kind: 'repeat'; readonly inner: RegexTree; readonly min: number; readonly max: number };

const empty: RegexTree = { kind: 'sequence', parts: [] };

const opening = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]+:))?/;
const escapes = /^\\(?:u\{[^}]*\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]*\}|k<[^>]*>|c[A-Za-z]|\d+|[\s\S])/;
const set = /^\[(?:\\[\s\S]|[^\]\\])*\]/;
const quantifier = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/;

type Quantity = { readonly min: number; readonly max: number };

const quantityOf = ([, mark, from, range, to]: RegExpExecArray): Quantity => {
  if (mark !== undefined) return { min: mark === '+' ? 1 : 0, max: mark === '?' ? 1 : Number.POSITIVE_INFINITY };
  const min = Number(from);
  if (range === undefined) return { min, max: min };
  return { min, max: to === '' || to === undefined ? Number.POSITIVE_INFINITY : Number(to) };
};

/** What an escape stands for: an anchor for nothing, a back-reference for any one character, all others for one. */
const escaped = (text: string): RegexTree => {
  if (/^\\[bB]$/.test(text)) return empty;
  return { kind: 'atom', source: /^\\(?:[1-9]|k<)/.test(text) ? '[\\s\\S]' : text };
};

/** The tree of a valid expression. `aside` collects what looks around: it is tried by itself, wherever it stands. */
export const regexTree = (source: string, aside: RegexTree[]): RegexTree => {
  let rest = source;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest) ?? undefined;
    if (found) rest = rest.slice(found[0].length);
    return found;
  };

  const group = (open: string): RegexTree => {
    const inner = either();
    take(/^\)/);
    if (!/^\(\?<?[=!]/.test(open)) return inner;
    aside.push(inner);
    return empty;
  };

  const one = (): RegexTree => {
    const open = take(opening);
    if (open) return group(open[0]);
    const special = take(escapes);
    if (special) return escaped(special[0]);
    const atom = take(set) ?? take(/^[\s\S]/u);
    return atom && atom[0] !== '^' && atom[0] !== '$' ? { kind: 'atom', source: atom[0] } : empty;
  };

  const sequence = (): RegexTree => {
    const parts: RegexTree[] = [];
    while (rest !== '' && !/^[|)]/.test(rest)) {
      const inner = one();
      const found = take(quantifier);
      parts.push(found ? { kind: 'repeat', inner, ...quantityOf(found) } : inner);
    }
    return { kind: 'sequence', parts };
  };

  const either = (): RegexTree => {
    const parts = [sequence()];
    while (take(/^\|/)) parts.push(sequence());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'either', parts };
  };

  return either();
};
