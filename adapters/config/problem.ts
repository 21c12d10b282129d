// Decides how a fault in the configuration is said: where it stands, what is wrong, and what would be right.
import { printable } from '#core/kernel/safe.ts';

export type ConfigProblem = {
  readonly file: string;
  readonly line: number;
  /** `contacts[0].mail`; `the file` where no single field is to blame. */
  readonly field: string;
  readonly wrong: string;
  readonly right: string;
};

/** A place in a parsed document: keys and list indexes from the top. */
export type Path = readonly (string | number)[];

/** `config/directory/controllers.yml:12 museum-shop.contacts[0].mail: not a mail address; write it as name@example.com`. */
export const problemText = (p: ConfigProblem): string => printable(`${p.file}:${p.line} ${p.field}: ${p.wrong}; ${p.right}`);

export const fieldText = (path: Path): string => {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text === '' ? 'the file' : text.replace(/^\./, '');
};

/** By file, then line: the order in which somebody works through them. */
export const inReadingOrder = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  problems.toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
