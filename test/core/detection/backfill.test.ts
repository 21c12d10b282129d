// Holds which findings are of the time before a source counts, and what is left of one that is.
import { describe, expect, it } from 'vitest';
import { asBackfill, isBackfill } from '#core/detection/backfill.ts';
import type { Finding } from '#core/detection/finding.ts';
import { noNature } from '#core/detection/outcome.ts';
import { instantOf } from '#core/kernel/time.ts';
import { aFinding } from '../given.ts';

const key = new Uint8Array(32);
const plain = { zone: 'UTC', owner: 'sysop', firstConnection: 'live' } as const;
const at = instantOf(1_000);

describe('an event is old', () => {
  it.each([
    ['never for a source that is live', plain, false],
    ['always for one without an end of its backfill', { ...plain, firstConnection: 'backfill' }, true],
    ['before that end', { ...plain, firstConnection: 'backfill', liveFrom: instantOf(1_001) }, true],
    ['no longer at that end', { ...plain, firstConnection: 'backfill', liveFrom: at }, false],
  ] as const)('%s', (_title, settings, expected) => {
    expect(isBackfill(settings, at)).toBe(expected);
  });
});

describe('an old finding', () => {
  const grave: Finding = { ...aFinding(), campaignKey: 'campaign', joinKeys: ['vendor'] };
  const asked: Finding = { ...grave, rule: { ...grave.rule, level: 'critical', owes: ['review'] as never, fact: true } };

  it('asks nothing of anybody, joins no campaign and no finding of the vendor, and touches no personal data', () => {
    const old = asBackfill(asked, 'auth0', key);
    expect(Object.keys(old?.rule ?? {}).toSorted()).toEqual(['category', 'id', 'level', 'name', 'title', 'version']);
    expect(old).toMatchObject({ rule: { level: 'low' }, joinKeys: [], personalData: 'unlikely', apart: true });
    expect(old).not.toHaveProperty('campaignKey');
  });

  it('is one case with every other of its source, and with none of another', () => {
    const keyOf = (source: string, caseKey: string) => asBackfill({ ...grave, caseKey }, source, key)?.caseKey;
    expect(keyOf('auth0', 'a')).toBe(keyOf('auth0', 'b'));
    expect(keyOf('auth0', 'a')).not.toBe(keyOf('guardduty', 'a'));
  });

  it('that would open nothing opens nothing', () => {
    expect(asBackfill({ ...grave, nature: noNature, rule: { ...grave.rule, level: 'medium' } }, 'auth0', key)).toBeUndefined();
    expect(asBackfill({ ...grave, nature: noNature, rule: { ...grave.rule, level: 'high' } }, 'auth0', key)?.nature).toMatchObject({
      confidentiality: 'possible',
    });
  });
});
