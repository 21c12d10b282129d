// Decides when a service counts as disturbed: since when, for whom, and what ends it; whoever decides on a breach decides nothing here (P-23, R-122).
import type { Finding } from '../detection/finding.ts';
import type { AssetId, ControllerId, IncidentId } from '../kernel/ids.ts';
import { type Instant, earliest, latest } from '../kernel/time.ts';

/** what it meant for people, in words of ours, since it is said outward. Absent: nobody has said yet. */
export const effects = ['none', 'unreachable', 'delayed', 'lost'] as const;
export type Effect = (typeof effects)[number];

/** Since when it is back, and when we heard so: from a signal, or from a named person. */
export type Restored = { readonly at: Instant; readonly heardAt: Instant; readonly effect?: Effect };

export type Disturbance = {
  /** Signs with this case key are signs of it: what is disturbed is what their rules take for one case. */
  readonly key: string;
  readonly since: Instant;
  readonly heardAt: Instant;
  /** The latest sign that it lasts. */
  readonly lastAt: Instant;
  readonly assets: readonly AssetId[];
  readonly controllers: readonly ControllerId[];
  /** Nobody in the directory: whoever people name is told. */
  readonly unidentified?: true;
  /** The case under whose reference it is told, where that is another one: after a merge or a split. */
  readonly home?: IncidentId;
  readonly restored?: Restored;
};

/** Services that were away, or are, as a case knows of them. Absent: none, as in incidents of older versions. */
export type Disturbed = { readonly disturbances?: readonly Disturbance[] };

type Sign = Pick<Finding, 'rule' | 'time' | 'caseKey' | 'assets' | 'controllers' | 'unidentified' | 'toldUnder'>;

const union = <T extends string>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])].sort();

const begun = ({ time, caseKey, assets, controllers, unidentified, toldUnder }: Sign, at: Instant): Disturbance => ({
  key: caseKey,
  since: time,
  heardAt: at,
  lastAt: time,
  assets: union(assets, []),
  controllers: union(controllers, []),
  ...(unidentified && { unidentified }),
  ...(toldUnder && { home: toldUnder }),
});

const widened = (known: Disturbance, { time, assets, controllers }: Sign): Disturbance => ({
  ...known,
  since: earliest(known.since, time),
  lastAt: latest(known.lastAt, time),
  assets: union(known.assets, assets),
  controllers: union(known.controllers, controllers),
});

/** A sign of the time before it was back belongs to it, whenever it comes; a later one begins another. */
const isPartOf = ({ key, restored }: Disturbance, { caseKey, time }: Sign): boolean =>
  key === caseKey && (restored === undefined || time <= restored.at);

/** What a finding makes of what is known; the order of the list is that in which they were heard. */
export const disturbedBy = ({ disturbances = [] }: Disturbed, sign: Sign, at: Instant): Disturbed => {
  if (!sign.rule.disturbs) return disturbances.length === 0 ? {} : { disturbances };
  const known = disturbances.find((one) => isPartOf(one, sign));
  return {
    disturbances: known ? disturbances.map((one) => (one === known ? widened(one, sign) : one)) : [...disturbances, begun(sign, at)],
  };
};

export type Recovery = { readonly key: string; readonly restoredAt: Instant; readonly at: Instant; readonly effect?: Effect };

/** Back before its last sign is not back. */
const endsWith = (one: Disturbance, { key, restoredAt }: Pick<Recovery, 'key' | 'restoredAt'>): boolean =>
  one.key === key && one.restored === undefined && one.lastAt <= restoredAt;

export const isEndedBy = ({ disturbances = [] }: Disturbed, recovery: Pick<Recovery, 'key' | 'restoredAt'>): boolean =>
  disturbances.some((one) => endsWith(one, recovery));

/** What a person means who says that it is back: the same service, whichever signs tell of it. */
export const keysOf = (all: readonly Disturbed[], key: string): readonly string[] => {
  const known = all.flatMap(({ disturbances = [] }) => disturbances);
  const assets = new Set(known.filter((one) => one.key === key).flatMap((one) => one.assets));
  const same = known.filter((one) => one.restored === undefined && one.assets.some((asset) => assets.has(asset)));
  return [...new Set([key, ...same.map((one) => one.key)])];
};

/** The last one of a key: what a person speaks of. */
export const lastOf = ({ disturbances = [] }: Disturbed, key: string): Disturbance | undefined =>
  disturbances.findLast((one) => one.key === key);

/** It ends once: a later word adds what it meant for people, and moves no time. */
export const restoredBy = (known: Disturbed, recovery: Recovery): Disturbed => {
  const { key, restoredAt, at, effect } = recovery;
  const said = effect === undefined ? {} : { effect };
  const last = lastOf(known, key);
  return {
    disturbances: (known.disturbances ?? []).map((one) => {
      if (endsWith(one, recovery)) return { ...one, restored: { at: restoredAt, heardAt: at, ...said } };
      return one === last && one.restored ? { ...one, restored: { ...one.restored, ...said } } : one;
    }),
  };
};

/** What goes on being told under the reference under which it began, as the case knows it that took it in or was a part of that one. */
export const toldElsewhere = ({ disturbances = [] }: Disturbed, home: IncidentId): Disturbed =>
  disturbances.length === 0 ? {} : { disturbances: disturbances.map((one) => ({ home, ...one })) };

/** What a merge adds: nothing that this case tells itself, and nothing that it knows of already. */
export const withThoseOf = ({ disturbances = [] }: Disturbed, added: readonly Disturbance[], own: IncidentId): Disturbed => {
  const isKnown = (other: Disturbance): boolean =>
    other.home === own ||
    disturbances.some(({ home, key, heardAt }) => home === other.home && key === other.key && heardAt === other.heardAt);
  const all = [...disturbances, ...added.filter((one) => !isKnown(one))];
  return all.length === 0 ? {} : { disturbances: all };
};

/** Those that are told under this case's own reference, in the order in which they were heard. */
export const ownDisturbances = ({ disturbances = [] }: Disturbed): readonly Disturbance[] =>
  disturbances.filter(({ home }) => home === undefined);

export const isDisturbed = ({ disturbances = [] }: Disturbed): boolean => disturbances.some(({ restored }) => restored === undefined);
