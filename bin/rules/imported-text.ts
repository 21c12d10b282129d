// Decides how the text of somebody else's rule is changed when it is brought in: a block `incident:`, a licence, a name of its own; nothing else.
import { atLeast } from '#core/detection/outcome.ts';
import { type Level, levels } from '#core/detection/rule.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The documents of a file as they are written, each with the line it begins at. */
export const segments = (text: string): readonly { readonly text: string; readonly line: number }[] => {
  const lines = text.split('\n');
  const starts = [0, ...lines.flatMap((line, i) => (/^---\s*(?:#.*)?\r?$/.test(line) ? [i + 1] : []))];
  return starts.map((start, i) => ({ text: lines.slice(start, (starts[i + 1] ?? lines.length + 1) - 1).join('\n'), line: start + 1 }));
};

const possible = (tags: readonly string[], ...words: readonly string[]): string =>
  tags.some((tag) => words.some((word) => tag === `attack.${word}` || tag.startsWith(`attack.${word}.`))) ? 'possible' : 'none';

/**
 * What ATT&CK tags say of a breach (detection.md 6.6), never more than possible: public rules are written for analysts to look at,
 * and an author who knows the tenant may raise it.
 */
const natureOf = (tags: readonly string[]): string => {
  const gains = ['persistence', 'privilege-escalation', 'defense-evasion', 'defense-impairment', 'stealth'];
  const confidentiality = possible(tags, 'exfiltration', 'collection', 'credential-access', ...gains);
  const integrity = possible(tags, 't1565', 't1486', ...gains);
  const availability = possible(tags, 't1485', 't1486', 't1490', 'impact');
  return `{ confidentiality: ${confidentiality}, integrity: ${integrity}, availability: ${availability} }`;
};

const levelOf = (tree: Fields): Level => levels.find((one) => one === tree['level']) ?? 'medium';
const tagsOf = (tree: Fields): readonly string[] =>
  Array.isArray(tree['tags']) ? tree['tags'].map((tag) => String(tag).toLowerCase()) : [];

/** Filters open nothing; what lies below medium is left to be counted by others. */
const opens = (tree: Fields): boolean =>
  !Object.hasOwn(tree, 'filter') && !Object.hasOwn(tree, 'incident') && atLeast(levelOf(tree), 'medium');

export const withBlock = (text: string, tree: Fields): string =>
  opens(tree)
    ? [
        text.trimEnd(),
        '# What follows was added on import; see docs/detection.md.',
        'incident:',
        '    version: 1',
        '    category: imported',
        `    breach: ${natureOf(tagsOf(tree))}`,
        '    personal_data: asset',
        '    dedupe: { by: [sig.tenant], window: 24h }',
        '',
      ].join('\n')
    : text;

/** A licence that the rule does not name itself: that of the collection it comes from. */
export const withLicense = (text: string, tree: Fields, license: string | undefined): string =>
  license === undefined || Object.hasOwn(tree, 'license') ? text : `${text.trimEnd()}\nlicense: ${license}\n`;

/** The same name in two files would refuse one of them: the file's own name is put before it, wherever it stands as a word. */
export const renamed = (text: string, name: string, to: string): string =>
  text.replaceAll(new RegExp(`(?<![\\w.-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`, 'g'), to);
