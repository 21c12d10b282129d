// Decides how refused documents are told: one line each, with file, line, name and reason (D-29).
import type { RuleError } from '#core/detection/rule.ts';
import { printable } from '#core/kernel/safe.ts';
import { type ConfigProblem, problemText } from '#adapters/config/problem.ts';
import type { RuleDocument } from '#adapters/config/rule-documents.ts';

const placeOf = (where: string): { readonly file: string; readonly line: number } => {
  const [, file = where, line = '1'] = /^(.*):(\d+)$/.exec(where) ?? [];
  return { file, line: Number(line) };
};

/** Which document an error is in: the last of its file that begins before it. */
const documentAt = (documents: readonly RuleDocument[], { where }: RuleError): RuleDocument | undefined => {
  const { file, line } = placeOf(where);
  return documents.findLast((document) => document.where === file && (document.line?.([]) ?? 1) <= line);
};

/** One line for each document: its first reason, and how many more there are. */
export const refusalLines = (
  documents: readonly RuleDocument[],
  errors: readonly RuleError[],
  unread: readonly ConfigProblem[],
): readonly string[] => {
  const byDocument = new Map<RuleDocument | string, RuleError[]>();
  for (const error of errors) {
    const key = documentAt(documents, error) ?? error.where;
    byDocument.set(key, [...(byDocument.get(key) ?? []), error]);
  }
  const told = [...byDocument.values()].map(([first, ...more]) =>
    first ? `${first.where} ${first.rule}: ${first.reason}${more.length > 0 ? ` (and ${more.length} more)` : ''}` : '',
  );
  return [...unread.map(problemText), ...told.map(printable)];
};
