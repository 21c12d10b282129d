// Decides what the directory adds to a signal: the asset that was hit, its data classes, and the controllers whose data it holds.
import type { Signal } from '../signal/signal.ts';
import type { Directory } from './directory.ts';
import { assetsOf } from './lookup.ts';

const union = <T>(lists: readonly (readonly T[])[]): readonly T[] => [...new Set(lists.flat())];

/**
 * The vendor's own id and type of the target stay: people search for them. An event that hits several assets touches the
 * controllers of all of them. A target nobody knows adds nothing (D-5: never all).
 */
export const enrich = (signal: Signal, identifiers: readonly string[], directory: Directory): Signal => {
  const assets = assetsOf(directory, identifiers);
  const [first] = assets;
  if (!first) return signal;
  const data_class = union(assets.map((asset) => asset.dataClasses));
  return {
    ...signal,
    target: { ...signal.target, asset: first.id, data_class, controllers: union(assets.map((asset) => asset.controllers)) },
  };
};
