// What is said of why: every basis once, and the step down with its cause.
import { describe, expect, it } from 'vitest';
import type { Finding } from '#core/detection/finding.ts';
import { whyOf } from '#core/detection/why.ts';
import type { Asset, Directory } from '#core/directory/directory.ts';
import { assetId, controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { DataClass } from '#core/signal/signal.ts';
import { compile, selecting } from './sigma/rules.ts';

const archive: Asset = {
  id: assetId('archive'),
  name: fromConfiguration('Archive'),
  identifiers: ['s3:archive'],
  dataClasses: ['message-content'],
  controllers: [controllerId('museum')],
  capacity: 'processor',
  mitigations: ['ciphertext-only'],
};
const directory = { assets: [archive] } as unknown as Directory;

const why = (
  hint: string,
  assets: readonly string[],
  tags: readonly DataClass[],
  confidentiality: 'likely' | 'possible' = 'likely',
  names: readonly DataClass[] = [],
) => {
  const incident = {
    version: 4,
    category: 'data-exfiltration',
    breach: { confidentiality: 'likely', integrity: 'none', availability: 'none' },
    personal_data: hint,
    dedupe: { by: ['sig.tenant'], window: '6h' },
  };
  const { set } = compile(selecting({ a: 'b' }, { level: 'high', author: 'Somebody', license: 'DRL-1.1', incident }));
  const rule = set.rules[0];
  if (!rule) throw new Error('the rule did not load');
  const finding = {
    rule: { id: rule.id, name: rule.name, title: rule.title, level: rule.level, version: 4, category: 'data-exfiltration' },
    signals: ['one', 'two'],
    nature: { confidentiality, integrity: 'none', availability: 'none' },
    personalData: 'likely',
    assets: assets.map(assetId),
  } as unknown as Finding;
  return whyOf(finding, { rules: set, directory, tags, names });
};

describe('why', () => {
  it('names the rule with version, author and licence, and how many signals it rests on', () => {
    expect(why('asset', ['archive'], [])).toMatchObject({
      rule: { name: 'base', version: 4, level: 'high', category: 'data-exfiltration', author: 'Somebody', license: 'DRL-1.1' },
      members: 2,
      assets: [{ id: 'archive', dataClasses: ['message-content'], controllers: ['museum'], mitigations: ['ciphertext-only'] }],
    });
  });

  it.each([
    ['rule', 'likely', ['archive'], ['contact']],
    ['directory', 'asset', ['archive'], ['contact']],
    ['tags', 'asset', [], ['contact']],
    ['unknown-asset', 'asset', [], []],
  ] as const)('rests on: %s', (basis, hint, assets, tags) => {
    expect(why(hint, assets, tags)).toMatchObject({ basis, tags });
  });

  it('rests on the name of a store where nothing else is known', () => {
    expect(why('asset', [], [], 'likely', ['account'])).toMatchObject({ basis: 'name', names: ['account'] });
    expect(why('asset', [], ['public'], 'likely', ['account']).basis).toBe('tags');
  });

  it('says what lowered the nature, and only where something did', () => {
    expect(why('asset', ['archive'], [], 'possible').lowered).toBe('ciphertext-only');
    expect(why('asset', ['archive'], [])).not.toHaveProperty('lowered');
  });
});
