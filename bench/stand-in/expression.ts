// Decides how the expressions that our adapters write are read: the few forms they use; any other is refused by name, never guessed.
import type { Attribute, Item } from './item.ts';

export type Words = {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, Attribute>>;
};

export class UnknownExpression extends Error {
  override readonly name = 'UnknownExpression';
}

const named = (words: Words, path: string): readonly string[] =>
  path.split('.').map((part) => (part.startsWith('#') ? (words.ExpressionAttributeNames?.[part] ?? part) : part));

const attributeAt = (words: Words, item: Item | undefined, path: string): Attribute | undefined => {
  let at: Attribute | undefined = { M: item ?? {} };
  for (const part of named(words, path)) at = (at?.['M'] as Item | undefined)?.[part];
  return at;
};

const given = (words: Words, name: string): Attribute => {
  const value = words.ExpressionAttributeValues?.[name];
  if (!value) throw new UnknownExpression(`no value for ${name}`);
  return value;
};

/** Undefined where the two can't be compared: then no comparison holds. */
const order = (a: Attribute | undefined, b: Attribute): number | undefined => {
  if (a?.['N'] !== undefined && b['N'] !== undefined) return Number(a['N']) - Number(b['N']);
  if (typeof a?.['S'] === 'string' && typeof b['S'] === 'string') return Buffer.compare(Buffer.from(a['S']), Buffer.from(b['S']));
  return undefined;
};

const comparisons: Readonly<Record<string, (difference: number) => boolean>> = {
  '=': (n) => n === 0,
  '<': (n) => n < 0,
  '<=': (n) => n <= 0,
  '>': (n) => n > 0,
  '>=': (n) => n >= 0,
};

type Holds = (item: Item | undefined) => boolean;
type Form = { readonly pattern: RegExp; readonly holds: (words: Words, parts: readonly string[]) => Holds };

const compared = (words: Words, path: string, sign: string, value: string): Holds => {
  const wanted = given(words, value);
  return (item) => {
    const difference = order(attributeAt(words, item, path), wanted);
    return difference !== undefined && (comparisons[sign]?.(difference) ?? false);
  };
};

const forms: readonly Form[] = [
  {
    pattern: /^attribute_not_exists\((\S+)\)$/,
    holds:
      (words, [path = '']) =>
      (item) =>
        attributeAt(words, item, path) === undefined,
  },
  {
    pattern: /^attribute_exists\((\S+)\)$/,
    holds:
      (words, [path = '']) =>
      (item) =>
        attributeAt(words, item, path) !== undefined,
  },
  {
    pattern: /^begins_with\((\S+), (:\w+)\)$/,
    holds: (words, [path = '', value = '']) => {
      const prefix = String(given(words, value)['S']);
      return (item) => String(attributeAt(words, item, path)?.['S'] ?? '').startsWith(prefix);
    },
  },
  {
    pattern: /^(\S+) BETWEEN (:\w+) AND (:\w+)$/,
    holds: (words, [path = '', from = '', to = '']) => {
      const [least, most] = [compared(words, path, '>=', from), compared(words, path, '<=', to)];
      return (item) => least(item) && most(item);
    },
  },
  { pattern: /^(\S+) (=|<=|<|>=|>) (:\w+)$/, holds: (words, [path = '', sign = '', value = '']) => compared(words, path, sign, value) },
];

const term = (words: Words, text: string): Holds => {
  for (const { pattern, holds } of forms) {
    const found = pattern.exec(text);
    if (found) return holds(words, found.slice(1));
  }
  throw new UnknownExpression(`the stand-in does not know "${text}"`);
};

/** Terms joined by AND; the AND of a BETWEEN belongs to its term. */
export const condition = (words: Words, text: string | undefined): Holds => {
  if (text === undefined) return () => true;
  const terms = text.split(/ AND (?!:)/).map((one) => term(words, one.trim()));
  return (item) => terms.every((holds) => holds(item));
};

const assigned = (words: Words, item: Item, value: string): Attribute => {
  const sum = /^(\S+) \+ (:\w+)$/.exec(value);
  if (!sum) return given(words, value);
  const [, path = '', by = ''] = sum;
  return { N: String(Number(attributeAt(words, item, path)?.['N'] ?? 0) + Number(given(words, by)['N'])) };
};

/** `SET a = :b, c = c + :d`; every value is read from the item as it was. */
export const updated = (words: Words, text: string, item: Item): Item => {
  const set = /^SET (.+)$/.exec(text)?.[1];
  if (set === undefined) throw new UnknownExpression(`the stand-in does not know "${text}"`);
  const changes = set.split(', ').map((one) => {
    const [, path = '', value = ''] = /^(\S+) = (.+)$/.exec(one) ?? [];
    const [name = '', ...deeper] = named(words, path);
    if (name === '' || deeper.length > 0) throw new UnknownExpression(`the stand-in does not know "${one}"`);
    return [name, assigned(words, item, value)] as const;
  });
  return { ...item, ...Object.fromEntries(changes) };
};
