// Decides how the operator's configuration travels to the functions: checked when it is deployed, one JSON text, no YAML at cold start.
import type { Configuration } from '#core/directory/directory.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Mapping } from '#core/signal/generic/mapping.ts';

/** One rule document as it was parsed, and the file it stood in. */
export type DeployedRule = { readonly tree: unknown; readonly where: string };

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

/** A name that no configuration uses: JSON has no maps. */
const mark = '$map';

const packed = (_key: string, value: unknown): unknown => (value instanceof Map ? { [mark]: [...value] } : value);

const unpacked = (_key: string, value: unknown): unknown => {
  const pairs: unknown =
    typeof value === 'object' && value !== null && Object.hasOwn(value, mark) ? (value as Record<string, unknown>)[mark] : undefined;
  return Array.isArray(pairs) ? new Map(pairs as [unknown, unknown][]) : value;
};

export const encode = (deployed: Deployed): string => JSON.stringify({ v: 2, ...deployed }, packed);

/** Only what `encode` of this version wrote. */
export const decode = (text: string): Deployed => {
  const value = JSON.parse(text, unpacked) as Deployed & { readonly v?: number };
  if (value.v !== 2 || typeof value.madeAt !== 'number')
    throw new Error('configuration.json is of another version of Art33. Deploy again.');
  const { madeAt, configuration, lists, documents, mappings } = value;
  return { madeAt, configuration, lists, documents, mappings };
};
