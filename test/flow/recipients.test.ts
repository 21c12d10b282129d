// P-5: a changed sub-processor, officer or sink of our own. Management has every controller told, and is reminded until a day says so.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration, SubProcessor } from '#core/directory/directory.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { type Instant, days, hours, minutes, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { dueDuties } from '#flow/report.ts';
import { audited } from './audited-time.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
  await audited(h, minutes(15));
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const mailer: SubProcessor = {
  id: 'mailer',
  name: fromConfiguration('Postfach Süd GmbH'),
  purpose: fromConfiguration('sends newsletters'),
  mail: 'security@postfach.example',
  domains: [],
  assets: [],
};
const having = (change: (directory: Configuration['directory']) => Partial<Configuration['directory']>): void =>
  h.configure((configuration) => ({ ...configuration, directory: { ...configuration.directory, ...change(configuration.directory) } }));
const withMailer = (more: Partial<SubProcessor> = {}): void =>
  having(({ subProcessors }) => ({ subProcessors: [...subProcessors.filter(({ id }) => id !== 'mailer'), { ...mailer, ...more }] }));
const told = () => h.takeMessages().map(({ to, subject }) => `${to}: ${subject}`);
const word = 'Greta Vogt: [Art33] Tell every controller: sub-processor Postfach Süd GmbH is new or has changed';
const owed = async () => (await dueDuties(h.world.ledger)).map(({ kind, step, recipient }) => [kind, step, recipient]);
const on = (at: Instant): { readonly controllersInformedAt: Instant } => ({ controllersInformedAt: at });

it('those that stand there at the first start are known to the controllers', async () => {
  await audited(h, days(2));
  expect(told()).toEqual([]);
  expect((await h.world.ledger.entriesOf('recipients:all')).map(({ type }) => type)).toEqual(['RecipientsNoted']);
});

describe('a new sub-processor', () => {
  it('is told of to management once a day, until a day on which the controllers were told stands beside it', async () => {
    withMailer();
    await audited(h, minutes(30));
    expect(told()).toEqual([word]);
    expect(await owed()).toEqual([['directory', 'sub-processor:mailer 2026-11-25T09:30:00Z', 'management']]);
    await audited(h, days(2));
    expect(told()).toEqual([word, word]);
    withMailer(on(h.clock.now()));
    await audited(h, days(2));
    expect([told(), await owed()]).toEqual([[], []]);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('of which the controllers were told beforehand owes nothing', async () => {
    withMailer(on(startedAt));
    await audited(h, days(2));
    expect([told(), await owed()]).toEqual([[], []]);
  });

  it('that is taken away again owes nothing any more', async () => {
    withMailer();
    await audited(h, minutes(15));
    having(({ subProcessors }) => ({ subProcessors: subProcessors.filter(({ id }) => id !== 'mailer') }));
    await audited(h, days(2));
    expect([told(), await owed()]).toEqual([[word], []]);
  });

  it('that is changed later is another word, and a day from before the change does not count', async () => {
    withMailer(on(startedAt));
    await audited(h, hours(1));
    withMailer({ ...on(startedAt), purpose: fromConfiguration('sends newsletters, and keeps them') });
    await audited(h, hours(1));
    expect(told()).toEqual([word]);
    withMailer({ ...on(plus(startedAt, days(1))), purpose: fromConfiguration('sends newsletters, and keeps them') });
    await audited(h, days(2));
    expect([told(), await owed()]).toEqual([[], []]);
    // And back: that is a change as well.
    withMailer(on(plus(startedAt, days(1))));
    await audited(h, minutes(15));
    expect(told()).toEqual([word]);
  });

  it('changed twice before anybody told is one word for each, and the first ends', async () => {
    withMailer();
    await audited(h, minutes(15));
    withMailer({ name: fromConfiguration('Postfach Nord GmbH') });
    await audited(h, minutes(15));
    expect(told()).toEqual([word, word.replace('Süd', 'Nord')]);
    await audited(h, days(1));
    expect(told()).toEqual([word.replace('Süd', 'Nord')]);
    expect((await owed()).map(([, step]) => step)).toEqual(['sub-processor:mailer 2026-11-25T09:45:00Z']);
  });
});

it('another officer, and another sink of our own, are to be told of as well', async () => {
  having(({ operator }) => ({
    operator: { ...operator, dpo: { name: fromConfiguration('Juna Weiß'), mail: fromConfiguration('j@law.example') } },
  }));
  h.configure((configuration) => ({
    ...configuration,
    processing: [
      ...configuration.processing,
      { recipient: 'sms', purpose: fromConfiguration('calls staff'), dataClasses: ['contact'], agreement: fromConfiguration('signed') },
    ],
  }));
  await audited(h, minutes(15));
  const words = h.takeMessages();
  expect(words.map(({ to, subject }) => `${to}: ${subject}`).toSorted()).toEqual([
    'Greta Vogt: [Art33] Tell every controller: data protection officer Juna Weiß is new or has changed',
    'Greta Vogt: [Art33] Tell every controller: recipient calls staff is new or has changed',
  ]);
  // The law on other processors says nothing of an officer.
  expect(words.filter(({ text }) => text.includes('Art. 28(2)')).map(({ subject }) => subject)).toEqual([
    expect.stringContaining('calls staff'),
  ]);
});

it('many at once are told of over a few audits', async () => {
  having(({ subProcessors }) => ({
    subProcessors: [...subProcessors, ...Array.from({ length: 60 }, (_, i) => ({ ...mailer, id: `mailer-${i}` }))],
  }));
  await audited(h, minutes(15));
  expect(told()).toHaveLength(40);
  await audited(h, minutes(15));
  expect(told()).toHaveLength(20);
});

it('a word that no channel took is tried again', async () => {
  h.weather(() => 'again');
  withMailer();
  await audited(h, minutes(15));
  expect(told()).toEqual([]);
  h.weather(() => undefined);
  await audited(h, minutes(30));
  expect(told()).toEqual([word]);
});
