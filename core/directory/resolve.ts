// Decides whose data identifiers touch, how surely, and what says so: one controller of an asset certainly, several possibly (D-5, P-15).
import type { AssetId, ControllerId } from '../kernel/ids.ts';
import { controllerId } from '../kernel/ids.ts';
import type { Directory } from './directory.ts';
import { type Span, type Tenancy, tenancyOf } from './tenancy.ts';

/** What ties a controller to what was hit. */
export type Evidence =
  | { readonly by: 'asset'; readonly asset: AssetId; readonly identifier: string; readonly sharedBy: number; readonly tenancy: Tenancy }
  | { readonly by: 'named'; readonly identifier: string };

export type Affected = {
  readonly controller: ControllerId;
  /** `certain`: the asset holds his data alone, or the event names him. `possible`: which part of a shared asset was hit is unknown. */
  readonly confidence: 'certain' | 'possible';
  readonly evidence: readonly Evidence[];
};

export type Resolution = {
  readonly affected: readonly Affected[];
  /** Controllers of the asset whose data were not there then, and why. */
  readonly spared: readonly { readonly controller: ControllerId; readonly asset: AssetId; readonly tenancy: 'not-yet' | 'data-gone' }[];
  /** Nobody is found: to be identified, never all (D-5). */
  readonly unidentified: boolean;
};

type Tie = { readonly controller: ControllerId; readonly evidence: Evidence };

const namedIn = ({ controllers }: Directory, identifiers: readonly string[]): readonly Tie[] =>
  identifiers.flatMap((identifier) => {
    const id = identifier.startsWith('controller:') ? controllerId(identifier.slice('controller:'.length)) : undefined;
    return id !== undefined && controllers.has(id) ? [{ controller: id, evidence: { by: 'named' as const, identifier } }] : [];
  });

const isSpared = (tenancy: Tenancy): tenancy is 'not-yet' | 'data-gone' => tenancy === 'not-yet' || tenancy === 'data-gone';

/** Every tie between an identifier and a controller, by way of the asset that answers to it. */
const tiesOf = (directory: Directory, identifiers: readonly string[], span: Span) =>
  identifiers.flatMap((identifier) => {
    const asset = directory.assets.find((one) => one.identifiers.includes(identifier));
    return (asset?.controllers ?? []).map((controller) => ({
      controller,
      asset: asset?.id as AssetId,
      identifier,
      tenancy: tenancyOf(directory.controllers.get(controller) ?? {}, span),
    }));
  });

const isCertain = (evidence: Evidence): boolean => evidence.by === 'named' || evidence.sharedBy === 1;

const affectedBy = (ties: readonly Tie[]): readonly Affected[] =>
  [...Map.groupBy(ties, (tie) => tie.controller)].map(([controller, all]) => {
    const evidence = all.map((tie) => tie.evidence);
    return { controller, confidence: evidence.some(isCertain) ? 'certain' : 'possible', evidence };
  });

/** Whose data it is. Two names of one asset are two pieces of evidence for the same controller, not two controllers. */
export const resolve = (directory: Directory, identifiers: readonly string[], span: Span): Resolution => {
  const ties = tiesOf(directory, identifiers, span);
  const there = ties.filter((tie) => !isSpared(tie.tenancy));
  const sharers = Map.groupBy(there, (tie) => tie.asset);
  const byAsset = there.map(({ controller, ...tie }): Tie => {
    const sharedBy = new Set(sharers.get(tie.asset)?.map((one) => one.controller)).size;
    return { controller, evidence: { by: 'asset', ...tie, sharedBy } };
  });
  const affected = affectedBy([...byAsset, ...namedIn(directory, identifiers)]);
  const spared = ties.flatMap(({ controller, asset, tenancy }) => (isSpared(tenancy) ? [{ controller, asset, tenancy }] : []));
  return {
    affected: affected.toSorted((a, b) => (a.controller < b.controller ? -1 : 1)),
    spared: spared.filter((one, i) => spared.findIndex((other) => other.controller === one.controller && other.asset === one.asset) === i),
    unidentified: affected.length === 0,
  };
};
