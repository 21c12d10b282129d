// Tags that people really put on what holds data; what says nothing of data says nothing here.
import { describe, expect, it } from 'vitest';
import { declaredClasses, declaredIn, declaredOfEach, namedClasses, tagsIn } from '#core/signal/declared.ts';

const tag = (key: string, value: string) => declaredClasses(declaredIn([{ key, value }]));

describe('what tags declare', () => {
  it.each([
    ['data-class', 'message-content', ['message-content']],
    ['DataClassification', 'PII', ['contact']],
    ['data_classification', 'Public', ['public']],
    ['company:data-class', 'special-category', ['special-category']],
    ['classification', 'internal', ['operational']],
    ['data-class', 'account, contact', ['account', 'contact']],
    ['pii', 'true', ['contact']],
    ['contains-pii', 'No', ['operational']],
    ['gdpr', 'yes', ['contact']],
    ['sensitivity', 'PHI', ['special-category']],
  ])('%s: %s', (key, value, classes) => {
    expect(tag(key, value)).toEqual(classes);
  });

  it.each([
    ['Name', 'personal'],
    ['cost-center', 'public'],
    ['data-class', 'confidential'],
    ['pii', 'see the wiki'],
    ['owner', 'message-content'],
  ])('nothing by %s: %s', (key, value) => {
    expect(tag(key, value)).toEqual([]);
  });

  it('reads every way in which tags are written', () => {
    const written = [[{ Key: 'pii', Value: 'yes' }], { pii: 'yes' }, ['pii:yes'], ['pii=yes'], [{ name: 'pii', value: 'yes' }]];
    expect(written.map((tags) => tagsIn(tags))).toEqual(written.map(() => [['pii', 'yes']]));
    expect([undefined, null, 7, 'x', [7, null, {}], [[]]].map((tags) => tagsIn(tags))).toEqual([[], [], [], [], [], []]);
  });

  it('of several resources takes what holds no persons only where none keeps silent', () => {
    const open = [{ key: 'data-class', value: 'public' }];
    const personal = [{ key: 'data-class', value: 'contact' }];
    expect(declaredOfEach([open, open])).toEqual(['data-class:public']);
    expect(declaredOfEach([open, undefined])).toEqual([]);
    expect(declaredOfEach([personal, undefined])).toEqual(['data-class:contact']);
    expect(declaredOfEach([])).toEqual([]);
  });

  it.each([
    ['s3:prod-customer-messages', ['message-content', 'contact']],
    ['dynamodb:Users', ['account']],
    ['rds-snapshot:patients-2026-03', ['special-category']],
    ['s3:static-website', []],
    ['s3:build-artifacts', []],
    ['s3:messaging-deploy', []],
    ['auth0:users', []],
    ['arn:aws:s3:::users', []],
  ])('the name of a store: %s', (identifier, expected) => {
    expect(namedClasses([identifier])).toEqual(expected);
  });

  it('takes no other words for a class', () => {
    expect(declaredClasses(['data-class:everything', 'data-class:', 's3:public'])).toEqual([]);
  });
});
