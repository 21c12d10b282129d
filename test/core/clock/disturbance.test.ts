// Holds from when on a disturbance is told, how often, and when it is suspected to be more: by the asset, the policy, and what neither says (P-23).
import { describe, expect, it } from 'vitest';
import { disturbanceTerms, suspectedFrom, toldAt } from '#core/clock/disturbance.ts';
import type { Asset } from '#core/directory/directory.ts';
import type { Disturbance } from '#core/incident/disturbance.ts';
import { assetId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { aConfiguration, anAsset, hence, t0, thePolicy } from '../given.ts';

const about = (more: Partial<Disturbance> = {}): Disturbance => ({
  key: 'case',
  since: t0,
  heardAt: t0,
  lastAt: t0,
  assets: [assetId('archive')],
  controllers: [],
  ...more,
});
const assets = (own: Readonly<Record<string, Asset['disturbance']>>): readonly Asset[] =>
  Object.entries(own).map(([id, disturbance]) => ({ ...anAsset(id, []), ...(disturbance === undefined ? {} : { disturbance }) }));
const thresholdOf = (own: Readonly<Record<string, Asset['disturbance']>>, hit = ['archive']) =>
  disturbanceTerms(about({ assets: hit.map(assetId) }), aConfiguration({ assets: assets(own) }))?.after;

describe('the terms of a disturbance', () => {
  it('are five minutes, an hour, an hour, where nothing is said', () => {
    const usual = { after: minutes(5), every: hours(1), suspectAfter: hours(1) };
    expect(disturbanceTerms(about(), aConfiguration())).toEqual(usual);
    expect(disturbanceTerms(about({ assets: [] }), aConfiguration())).toEqual(usual);
    const said = { after: minutes(3), every: minutes(30), suspectAfter: minutes(40) };
    expect(disturbanceTerms(about(), aConfiguration({ policy: { disturbance: said } }))).toEqual(said);
    expect(disturbanceTerms(about(), aConfiguration({ policy: { disturbance: { every: minutes(30) } } }))).toEqual({
      ...usual,
      every: minutes(30),
    });
  });

  it('are those of the asset, of several the shortest, and none where none of them is told of', () => {
    expect(thresholdOf({ archive: minutes(12), mill: minutes(1) })).toBe(minutes(12));
    expect(thresholdOf({ archive: minutes(12), mill: minutes(7) }, ['archive', 'mill'])).toBe(minutes(7));
    expect(thresholdOf({ archive: minutes(12), mill: undefined }, ['archive', 'mill'])).toBe(minutes(5));
    expect(thresholdOf({ archive: 'never', mill: minutes(7) }, ['archive', 'mill'])).toBe(minutes(7));
    expect(thresholdOf({ archive: 'never', mill: minutes(7) })).toBeUndefined();
    expect(thresholdOf({ archive: 'never', mill: 'never' }, ['archive', 'mill'])).toBeUndefined();
  });
});

describe('a disturbance', () => {
  const terms = { after: minutes(5), every: hours(1), suspectAfter: hours(1) };

  it('is told of when it is as old as that, and two minutes after it was heard of at the earliest', () => {
    expect(toldAt(about(), terms)).toBe(hence(minutes(5)));
    expect(toldAt(about({ heardAt: hence(minutes(4)) }), terms)).toBe(hence(minutes(6)));
    expect(toldAt(about({ heardAt: hence(minutes(3)) }), terms)).toBe(hence(minutes(5)));
  });

  it('is suspected to be a loss after its hour, and a quarter of one after it was heard of at the earliest, while it lasts', () => {
    const from = (...all: readonly Disturbance[]) => suspectedFrom({ disturbances: all }, thePolicy);
    expect(from(about())).toEqual([hence(hours(1))]);
    expect(from(about({ heardAt: hence(minutes(50)) }))).toEqual([hence(minutes(65))]);
    expect(from(about({ restored: { at: t0, heardAt: t0 } }), about({ since: hence(hours(1)) }))).toEqual([hence(hours(2))]);
    expect(suspectedFrom({}, thePolicy)).toEqual([]);
    expect(suspectedFrom({ disturbances: [about()] }, { disturbance: { suspectAfter: minutes(40) } })).toEqual([hence(minutes(40))]);
  });
});
