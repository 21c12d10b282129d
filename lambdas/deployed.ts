// Decides how the operator's configuration travels to the functions: checked when it is deployed, one JSON text, no YAML at cold start.
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

/** As a rule travels: its tree is a text within the text. */
type Travelling = Omit<DeployedRule, 'tree'> & { readonly text: string };

const packedRule = ({ tree, ...rest }: DeployedRule): Travelling => ({ ...rest, text: JSON.stringify(tree) });

/** Parsed when somebody asks: a function that starts needs the rules of one source, and all of them are most of what it would read. */
const unpackedRule = ({ text, ...rest }: Travelling): DeployedRule => {
  let parsed: { readonly tree: unknown } | undefined;
  return {
    ...rest,
    get tree() {
      parsed ??= { tree: JSON.parse(text) as unknown };
      return parsed.tree;
    },
  };
};

export const encode = (deployed: Deployed): string =>
  JSON.stringify({ v: 3, ...deployed, documents: deployed.documents.map(packedRule) }, packed);

/** Only what `encode` of this version wrote. */
export const decode = (text: string): Deployed => {
  const value = JSON.parse(text) as Omit<Deployed, 'documents'> & { readonly v?: number; readonly documents: readonly Travelling[] };
  if (value.v !== 3 || typeof value.madeAt !== 'number')
    throw new Error('configuration.json is of another version of Art33. Deploy again.');
  const { madeAt, mappings } = value;
  return {
    madeAt,
    configuration: unpacked(value.configuration) as Configuration,
    lists: unpacked(value.lists) as Deployed['lists'],
    documents: value.documents.map(unpackedRule),
    mappings,
  };
};
