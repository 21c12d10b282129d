// Decides that an event is taken apart once, though it is asked three times in a row: at the split, when it is read, and for the rules.

/** Remembers what was made of the last one, and of no other. What is made must not copy a document: the split still takes keys out of it. */
export const lastRead = <Given extends object, Made>(make: (given: Given) => Made): ((given: Given) => Made) => {
  let last: { readonly given: Given; readonly made: Made } | undefined;
  return (given) => {
    if (last?.given !== given) last = { given, made: make(given) };
    return last.made;
  };
};
