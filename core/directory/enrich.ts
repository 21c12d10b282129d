// Decides what the directory adds to a signal: the asset that was hit, its data classes, and the controllers whose data it holds.
import type { Signal } from '../signal/signal.ts';
import type { Asset, Directory } from './directory.ts';
import { declaredClasses, namedClasses } from '../signal/declared.ts';
import { assetsOf } from './lookup.ts';
import { controllerId } from '../kernel/ids.ts';
import { knownSender } from './sender.ts';
import { wasThere } from './tenancy.ts';

const union = <T>(lists: readonly (readonly T[])[]): readonly T[] => [...new Set(lists.flat())];

/** A person who takes a report down names the controller itself. */
const namedControllers = (identifiers: readonly string[], { controllers }: Directory): Asset['controllers'] =>
  identifiers
    .filter((identifier) => identifier.startsWith('controller:'))
    .flatMap((identifier) => controllers.get(controllerId(identifier.slice('controller:'.length)))?.id ?? []);

/**
 * The vendor's own id and type of the target stay: people search for them. An event that hits several assets touches the
 * controllers of all of them. A target nobody knows adds nothing (D-5: never all).
 */
const byDirectory = (signal: Signal, identifiers: readonly string[], directory: Directory): Signal => {
  const known = signal.sender && knownSender(signal.sender, directory);
  const named = known ? { ...signal, sender: known.sender } : signal;
  const assets = [...assetsOf(directory, identifiers), ...(known?.assets ?? [])];
  // Who was no customer yet, or whose last backup is gone, lost nothing then (P-15).
  const span = { from: signal.time, to: signal.time };
  const there = (id: Asset['controllers'][number]): boolean => wasThere(directory.controllers?.get(id), span);
  const controllers = union([
    ...assets.map((asset) => asset.controllers.filter(there)),
    known?.controllers ?? [],
    namedControllers(identifiers, directory),
  ]);
  const [first] = assets;
  if (!first) return controllers.length === 0 ? named : { ...named, target: { ...signal.target, controllers } };
  return {
    ...named,
    target: { ...signal.target, asset: first.id, data_class: union(assets.map((asset) => asset.dataClasses)), controllers },
  };
};

/** Ciphertext alone, in all that was hit. */
const isUnreadable = (identifiers: readonly string[], directory: Directory): boolean => {
  const assets = assetsOf(directory, identifiers);
  return assets.length > 0 && assets.every((asset) => asset.mitigations?.includes('ciphertext-only'));
};

/**
 * What the directory knows, and what the event's own tags and names say of the data: they add to what is known of an asset, and for one that
 * nobody wrote down they are all that there is. Who set the tag wrote it down.
 */
export const enrich = (signal: Signal, identifiers: readonly string[], directory: Directory): Signal => {
  const known = byDirectory(signal, identifiers, directory);
  // Of an asset that somebody wrote down the name says no more.
  const named = known.target?.asset === undefined ? namedClasses(identifiers) : [];
  const declared = [...declaredClasses(identifiers), ...named];
  const unreadable = isUnreadable(identifiers, directory);
  if (declared.length === 0 && !unreadable) return known;
  const classes = union([known.target?.data_class ?? [], declared]);
  return {
    ...known,
    target: { ...known.target, ...(classes.length > 0 && { data_class: classes }), ...(unreadable && { unreadable }) },
  };
};
