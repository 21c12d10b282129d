// Decides how a Sigma regular expression runs: unanchored, on at most 4 KB, and only where its required literal stands in the text.
import { type Result, fail, ok } from '../../kernel/result.ts';
import { backtracksWithoutBound } from './backtrack.ts';

/** Longer input is cut: a quadratic expression then costs milliseconds, not seconds (detection.md 1). */
const longest = 4_096;

/** What PCRE knows and JavaScript reads as something else, so that a rule would match silently wrongly. */
const foreign = /\\[AZzGKhHRQEX]|\[\[:/;

/** Backslash pairs taken out, so that `\\A` is no `\A`. */
const withoutPairs = (source: string): string => source.replaceAll('\\\\', '');

/** Escapes, classes, counted quantifiers, and every other character by itself. */
const pieces = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/g;

/** The character that a piece stands for; undefined for anything that may stand for several. */
const characterOf = (piece: string): string | undefined => {
  if (piece.length === 1) return /[.^$()|[\]{}?*+\\]/.test(piece) ? undefined : piece;
  return /^\\[^A-Za-z0-9]$/.test(piece) ? piece.slice(1) : undefined;
};

/** What stands in a group is opaque, brackets included. */
const outsideGroups = (found: readonly string[]): readonly string[] => {
  let depth = 0;
  return found.map((piece) => {
    const before = depth;
    depth += piece === '(' ? 1 : piece === ')' ? -1 : 0;
    return before > 0 || depth > 0 ? '(' : piece;
  });
};

/** Zero times is allowed, so that the character before may be missing. */
const isOptional = (piece: string): boolean => /^(?:[?*]|\{\d)/.test(piece);

/**
 * The longest run of characters that every match must hold; undefined where none is sure.
 * Only the top level counts: groups, classes and whatever a quantifier makes optional are left out.
 */
export const requiredLiteral = (source: string): string | undefined => {
  const found = outsideGroups(source.match(pieces) ?? []);
  // What follows `\x`, `\u` or a back-reference belongs to it.
  if (found.some((piece) => piece === '|' || /^\\[xucpPk0-9]/.test(piece))) return undefined;
  const runs = [''];
  for (const piece of found) {
    const run = runs.pop() ?? '';
    const character = characterOf(piece);
    if (character === undefined) runs.push(isOptional(piece) ? run.slice(0, -1) : run, '');
    else runs.push(run + character);
  }
  const best = runs.reduce((a, b) => (b.length > a.length ? b : a));
  return best.length >= 2 ? best : undefined;
};

const withoutBound =
  'this regular expression can backtrack without bound, as (a+)+ does; write its repetitions so that each text fits in one way only';

/** A test over texts, or why the expression is refused. A leading `(?i)` is the flag (12 of 3,141 public rules write it so). */
export const regexTest = (written: string, flags: ReadonlySet<string>): Result<(text: string) => boolean> => {
  const leading = /^\(\?([ims]+)\)/.exec(written);
  const source = leading ? written.slice(leading[0].length) : written;
  const letters = [...new Set([...flags, ...(leading?.[1] ?? ''), ...(/\\[pP]\{/.test(source) ? 'u' : '')])].sort().join('');
  if (foreign.test(withoutPairs(source)))
    return fail(
      'this regular expression uses PCRE forms that are not supported; write it with groups, classes, anchors ^ $ and plain quantifiers',
    );
  try {
    const regex = new RegExp(source, letters);
    if (backtracksWithoutBound(source, letters)) return fail(withoutBound);
    const literal = /[iu]/.test(letters) ? undefined : requiredLiteral(source);
    return ok((text) => {
      const input = text.length > longest ? text.slice(0, longest) : text;
      return (literal === undefined || input.includes(literal)) && regex.test(input);
    });
  } catch {
    return fail('not a valid regular expression; check brackets, quantifiers and escapes');
  }
};
