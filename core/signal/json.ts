// Decides which foreign JSON is let in: it parses, is not nested deeper than 64, and brings no `__proto__` key.

/** Deeper than any vendor's event; a recursive reader stays far from the end of its stack. */
export const depthCap = 64;

/** Parsed JSON, or undefined where the text is none. */
export const parseJson = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/**
 * True when the value is no deeper than the cap. Takes out own `__proto__` keys on its way: JSON.parse keeps them as data,
 * but the first assignment by key further down would make them a prototype. The cap bounds the recursion too.
 */
export const tame = (value: unknown, depth = 1): boolean => {
  if (!isNested(value)) return true;
  if (depth > depthCap) return false;
  if (Array.isArray(value)) {
    for (const child of value as readonly unknown[]) if (isNested(child) && !tame(child, depth + 1)) return false;
    return true;
  }
  for (const key in value) {
    if (key === '__proto__') Reflect.deleteProperty(value, key);
    else if (isNested(value[key]) && !tame(value[key], depth + 1)) return false;
  }
  return true;
};

const isNested = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === 'object';
