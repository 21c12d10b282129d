// Decides which known word somebody meant who wrote an unknown one.

/** Edits (insert, remove, replace, swap of neighbours) between two words. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      const replaced = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i]?.push(Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, replaced, swapped));
    }
  }
  return cell(a.length, b.length);
};

/** Case, hyphens and underscores are what people get wrong most. */
const plain = (word: string): string => word.toLowerCase().replace(/[-_ ]/g, '');

/** The nearest known word, where one is near enough to be meant: half of its letters at most may differ. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const asked = plain(word.slice(0, 80));
  const ranked = known.map((candidate) => ({ candidate, edits: distance(asked, plain(candidate)) })).sort((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= Math.max(1, Math.floor(best.candidate.length / 2)) ? best.candidate : undefined;
};
