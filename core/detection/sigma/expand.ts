// Decides what a placeholder `%name%` under `expand` stands for: the configured list; an unknown one refuses the rule (Sigma 2.1: must).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { printable } from '../../kernel/safe.ts';

export type Lists = ReadonlyMap<string, readonly string[]>;

/** Several placeholders in one value multiply; beyond this a rule is a mistake. */
const most = 10_000;

/** Placeholders and what lies between, in turn. A backslash before a percent sign makes it plain. */
const partsOf = (written: string): readonly string[] =>
  written.split(/(?<!\\)%([^%\s]{1,100})(?<!\\)%/).map((part, i) => (i % 2 === 0 ? part.replaceAll('\\%', '%') : part));

/** All values that a written one stands for. */
export const expanded = (written: string, lists: Lists): Result<readonly string[]> => {
  const parts = partsOf(written);
  if (parts.length === 1) return fail('expand asks for a placeholder such as %trusted_networks%');
  let texts: readonly string[] = [''];
  for (const [i, part] of parts.entries()) {
    const list = i % 2 === 0 ? [part] : lists.get(part);
    if (list === undefined) return fail(`no list "${printable(part)}" is configured; add it to the lists or correct the placeholder`);
    if (texts.length * list.length > most) return fail(`the placeholders stand for more than ${most} values; use shorter lists`);
    texts = texts.flatMap((text) => list.map((one) => text + one));
  }
  return ok(texts);
};
