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
 * but the first assignment by key further down would make them a prototype. Walks with a list: depth can't end the stack here.
 */
export const tame = (value: unknown): boolean => {
  const waiting: { readonly node: unknown; readonly depth: number }[] = [{ node: value, depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { node, depth } = next;
    if (node === null || typeof node !== 'object') continue;
    if (depth > depthCap) return false;
    if (Object.hasOwn(node, '__proto__')) Reflect.deleteProperty(node, '__proto__');
    for (const child of Object.values(node)) waiting.push({ node: child, depth: depth + 1 });
  }
  return true;
};
