// Decides that a document is taken apart once, though it is asked three times in a row: at the split, when it is read, and for the rules.
import type { Fields } from './fields.ts';

/** Remembers what was made of the last document, and of no other. What is made must not copy it: the split still takes keys out of it. */
export const lastRead = <Made>(make: (json: Fields) => Made): ((json: Fields) => Made) => {
  let last: { readonly json: Fields; readonly made: Made } | undefined;
  return (json) => {
    if (last?.json !== json) last = { json, made: make(json) };
    return last.made;
  };
};
