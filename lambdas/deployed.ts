// Decides how the operator's configuration travels to the functions: checked when it is deployed, lines of JSON, no YAML at cold start.
import type { Configuration } from '#core/directory/directory.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import { packed, unpacked } from '#core/kernel/packed.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Mapping } from '#core/signal/generic/mapping.ts';

/** One rule document as it was parsed, the file it stood in, and what was read off it then. */
export type DeployedRule = Omit<RuleDocument, 'line'>;

export type Deployed = {
  /** When it was read from the operator's folder: of the bundled and the pushed one the newer counts. */
  readonly madeAt: Instant;
  readonly configuration: Configuration;
  /** Lists that rules refer to by name. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly documents: readonly DeployedRule[];
  /** Sources that need no code (D-26). */
  readonly mappings: readonly Mapping[];
};

/** What stands beside a rule's tree. */
type Beside = Omit<DeployedRule, 'tree'>;

const besideOf = ({ tree: _, ...rest }: DeployedRule): Beside => rest;

/**
 * Parsed when somebody asks: a function that starts needs few rules, and all of them are most of what it would read. Put on what was parsed
 * just now and is nobody else's: a copy of each costs as much as parsing it.
 */
const waiting = (beside: Beside, text: string): DeployedRule => {
  let parsed: { readonly tree: unknown } | undefined;
  const get = (): unknown => {
    parsed ??= { tree: JSON.parse(text) as unknown };
    return parsed.tree;
  };
  return Object.defineProperty(beside, 'tree', { get, enumerable: true }) as DeployedRule;
};

/** One letter beyond Latin makes V8 keep a whole text at two bytes a character. */
const ascii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A line of JSON for all but the trees of the rules, then a line for each of them: JSON itself has no line breaks. */
export const encode = ({ documents, ...deployed }: Deployed): string => {
  const first = JSON.stringify({ v: 4, ...deployed, documents: documents.map(besideOf) }, packed);
  return ascii([first, ...documents.map(({ tree }) => JSON.stringify(tree))].join('\n'));
};

/** Only what `encode` of this version wrote. */
export const decode = (text: string): Deployed => {
  const [first = '', ...trees] = text.split('\n');
  const value = JSON.parse(first) as Omit<Deployed, 'documents'> & { readonly v?: number; readonly documents: readonly Beside[] };
  if (value.v !== 4 || typeof value.madeAt !== 'number')
    throw new Error('configuration.json is of another version of Art33. Deploy again.');
  const { madeAt, mappings, documents } = value;
  if (documents.length !== trees.length) throw new Error('configuration.json is cut off. Deploy again.');
  return {
    madeAt,
    configuration: unpacked(value.configuration) as Configuration,
    lists: unpacked(value.lists) as Deployed['lists'],
    documents: documents.map((beside, nth) => waiting(beside, trees[nth] ?? '')),
    mappings,
  };
};
