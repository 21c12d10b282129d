// Decides how a field of foreign JSON is read: own keys only, empty text is absent, and nothing that it holds can throw.

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The value at a path of own keys: `constructor` and `__proto__` of the prototype are never found. */
export const reach = (value: unknown, path: readonly string[]): unknown => {
  let here = value;
  for (const key of path) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, key)) return undefined;
    here = (here as Fields)[key];
  }
  return here;
};

export const at = (value: unknown, key: string, ...path: readonly string[]): unknown => {
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined;
  const found = (value as Fields)[key];
  return path.length === 0 ? found : reach(found, path);
};

/** The fields at a path, or none. */
export const fieldsAt = (value: unknown, ...path: readonly string[]): Fields => {
  const found = reach(value, path);
  return isFields(found) ? found : {};
};

/** A list; connectors write lists as objects keyed "0", "1" (formats.md A3), so their values count as one. */
export const listOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return isFields(value) && Object.keys(value).every((key) => /^\d{1,6}$/.test(key)) ? Object.values(value) : [];
};

const longest = 512;

/** Short, well-formed text or a whole number as text; a longer text is cut, since a signal is stored as one item. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (text === '') return undefined;
  return (text.length <= longest ? text : text.slice(0, longest)).toWellFormed();
};

/** The first of several fields that holds text. */
export const firstText = (...values: readonly unknown[]): string | undefined => {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
};

/** A number, or text that is one: collectors turn values into text. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** A boolean, or what collectors make of one: "False", "0", 1. */
export const booleanOf = (value: unknown): boolean | undefined => {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (word === true || word === 'true' || word === '1' || word === 1) return true;
  return word === false || word === 'false' || word === '0' || word === 0 ? false : undefined;
};
