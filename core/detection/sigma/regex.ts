// Decides how a Sigma regular expression runs: unanchored, on at most 4 KB, and only where its required literal stands in the text.
import { type Result, fail, ok } from '../../kernel/result.ts';

/** Longer input is cut: a quadratic expression then costs milliseconds, not seconds (detection.md 1). */
const longest = 4_096;

/** What PCRE knows and JavaScript reads as something else, so that a rule would match silently wrongly. */
const foreign = /\\[AZzGKhHRQEX]|\[\[:/;

/** Backslash pairs taken out, so that `\\A` is no `\A`. */
const withoutPairs = (source: string): string => source.replaceAll('\\\\', '');

/**
 * The longest run of characters that every match must hold; undefined where none is sure.
 * Only the top level counts: groups, classes and whatever a quantifier follows are left out.
 */
export const requiredLiteral = (source: string): string | undefined => {
  const runs: string[] = [''];
  let depth = 0;
  for (let i = 0; i < source.length; i += 1) {
    const here = source[i] ?? '';
    if (here === '\\') {
      const escaped = source[i + 1] ?? '';
      i += 1;
      // What follows `\x`, `\u` or a back-reference belongs to it.
      if (/[xucpPk0-9]/.test(escaped)) return undefined;
      if (depth === 0 && /[^A-Za-z]/.test(escaped)) runs.push(`${runs.pop() ?? ''}${escaped}`);
      else runs.push('');
    } else if (here === '[') {
      i = classEnd(source, i);
      runs.push('');
    } else if (here === '|' && depth === 0) return undefined;
    else if (here === '(' || here === ')') {
      depth += here === '(' ? 1 : -1;
      runs.push('');
    } else if (/[?*{]/.test(here)) {
      // The character before may be missing.
      runs.push((runs.pop() ?? '').slice(0, -1), '');
      if (here === '{') i = Math.max(i, source.indexOf('}', i));
    } else if (/[.^$+]/.test(here) || depth > 0) runs.push('');
    else runs.push(`${runs.pop() ?? ''}${here}`);
  }
  const best = runs.reduce((a, b) => (b.length > a.length ? b : a), '');
  return best.length >= 2 ? best : undefined;
};

const classEnd = (source: string, from: number): number => {
  for (let i = from + 1; i < source.length; i += 1) {
    if (source[i] === '\\') i += 1;
    else if (source[i] === ']') return i;
  }
  return source.length;
};

/** A test over texts, or why the expression is refused. A leading `(?i)` is the flag (12 of 3,141 public rules write it so). */
export const regexTest = (written: string, flags: ReadonlySet<string>): Result<(text: string) => boolean> => {
  const leading = /^\(\?([ims]+)\)/.exec(written);
  const source = leading ? written.slice(leading[0].length) : written;
  const letters = [...new Set([...flags, ...(leading?.[1] ?? ''), ...(/\\[pP]\{/.test(source) ? 'u' : '')])].sort().join('');
  if (foreign.test(withoutPairs(source))) return fail('this regular expression uses PCRE forms that are not supported; write it with groups, classes, anchors ^ $ and plain quantifiers');
  try {
    const regex = new RegExp(source, letters);
    const literal = /[iu]/.test(letters) ? undefined : requiredLiteral(source);
    return ok((text) => {
      const input = text.length > longest ? text.slice(0, longest) : text;
      return (literal === undefined || input.includes(literal)) && regex.test(input);
    });
  } catch {
    return fail('not a valid regular expression; check brackets, quantifiers and escapes');
  }
};
