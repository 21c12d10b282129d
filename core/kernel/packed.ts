// Decides how values that hold maps travel as JSON, which has none: each map as its pairs under a name that no configuration uses.

const mark = '$map';

/** The second argument of `JSON.stringify`. */
export const packed = (_key: string, value: unknown): unknown => (value instanceof Map ? { [mark]: [...value] } : value);

/** Walked, not by a reviver of `JSON.parse`: that one is called for each text of each rule, five times as long as the parsing itself. */
export const unpacked = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unpacked);
  const pairs: unknown = Object.hasOwn(value, mark) ? (value as Record<string, unknown>)[mark] : undefined;
  if (Array.isArray(pairs)) return new Map(pairs.map(([key, held]: [unknown, unknown]) => [key, unpacked(held)]));
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, unpacked(held)]));
};
