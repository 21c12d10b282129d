// Holds what the technical contacts of a controller read while a service is away, in both languages: plainly no notice of a breach, and nothing of anybody else (P-23).
import { describe, expect, it } from 'vitest';
import type { Word } from '#core/duty/turn.ts';
import { type Disturbance, type Effect, effects } from '#core/incident/disturbance.ts';
import { assetId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { disturbanceLetter, disturbanceVersion, technicalContacts } from '#core/notice/disturbance.ts';
import { disturbanceWording } from '#core/notice/disturbance-wording.ts';
import { aConfiguration, aController, anAsset, caseId, hence, named, t0 } from '../given.ts';

const about = (effect?: Effect): Disturbance => ({
  key: 'case',
  since: t0,
  heardAt: hence(minutes(1)),
  lastAt: t0,
  assets: [assetId('archive')],
  controllers: [named('museum'), named('theatre')],
  restored: { at: hence(minutes(20)), heardAt: hence(minutes(21)), ...(effect && { effect }) },
});
const configuration = aConfiguration({ assets: [anAsset('archive', ['museum', 'theatre']), anAsset('mill', ['museum'])] });
const letter = (word: Word, more: { readonly language?: 'de' | 'en'; readonly about?: Disturbance } = {}) =>
  disturbanceLetter({
    incident: caseId,
    controller: aController('museum', { language: more.language ?? 'en' }),
    configuration,
    about: more.about ?? about(),
    word,
    now: hence(minutes(5)),
  });
const start: Word = { what: 'start', next: hence(minutes(75)) };
const words: readonly Word[] = [start, { what: 'update', nth: 3, next: hence(hours(4)) }, { what: 'update', nth: 72 }, { what: 'end' }];

describe('the word that a service is away', () => {
  it('says which, since when, as of when, and by when the next one comes', () => {
    const { subject, text } = letter(start);
    expect(subject).toMatch(/^Disturbance of a service: System archive \[ART33-[A-Z2-7]{8}\]$/);
    expect(text).toContain(
      '  Message: start of the disturbance\n  Kind: operational, sent automatically; no notice of a personal data breach',
    );
    expect(text).toContain('  Service: System archive\n  Disturbed since: 2026-03-13T21:00:00Z (13 Mar 2026, 22:00 GMT+1)');
    expect(text).toContain('  As of: 2026-03-13T21:05:00Z');
    expect(text).toContain('  We write at least every hour while it lasts, and once it is over.\n  Next message by: 2026-03-13T22:15:00Z');
    expect(text).not.toContain('Back since');
  });

  it('is numbered by the hour, and says when people go on writing', () => {
    expect(letter(words[1] as Word).text).toContain('  Message: update 3\n');
    expect(letter(words[1] as Word).subject).toContain('Disturbance of a service goes on: System archive');
    expect(letter(words[2] as Word).text).toContain('  From now on one of us writes to you personally, and once it is over.');
  });

  it('says that it is back, for how long it was away, and what it meant for people (R-205)', () => {
    const { subject, text } = letter({ what: 'end' });
    expect(subject).toContain('Disturbance of a service is over: System archive');
    expect(text).toContain('  Back since: 2026-03-13T21:20:00Z (13 Mar 2026, 22:20 GMT+1)\n  Lasted: 20 min\n\nWhat it meant for people\n');
    expect(text).toContain('Whether anything else came of it is being looked into');
    expect(text).not.toContain('As of');
    for (const effect of effects) {
      for (const language of ['en', 'de'] as const)
        expect(letter({ what: 'end' }, { about: about(effect), language }).text).toContain(disturbanceWording[language].effect[effect]);
      expect(letter({ what: 'end' }, { about: about(effect) }).text).not.toContain('Whether anything else came of it');
    }
  });

  it('says in its language, too, what it is not, and bears the name of no notice', () => {
    for (const word of words) {
      const { subject, text } = letter(word, { language: 'de' });
      expect(subject).not.toMatch(/breach|Art\. 33|suspected/i);
      expect(text).toContain('It is no notification of a personal data breach under Art. 33 GDPR and no notice of a\n  suspected one.');
      expect(text).toContain(
        'Sie ist keine Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33\n  DSGVO und kein Hinweis auf eine mögliche.',
      );
      expect(letter(word).text).not.toContain('DSGVO');
    }
  });

  it('names neither another controller nor a service that is not its own, nor one that is not away', () => {
    for (const word of words) {
      const { text } = letter(word);
      for (const foreign of ['theatre', 'System mill']) expect(text).not.toContain(foreign);
    }
    const unknown = letter(start, { about: { ...about(), assets: [] } });
    expect(unknown.subject).toMatch(/^Disturbance of a service \[ART33-/);
    expect(unknown.text).toContain('  Service: a service that we run for you\n');
  });

  it('has lines that a plain mail can show, and all its words in both languages', () => {
    for (const word of words)
      for (const line of letter(word, { language: 'de' }).text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(92);
    const keys = (of: object): readonly string[] =>
      Object.entries(of).flatMap(([key, value]) => (typeof value === 'object' ? keys(value).map((one) => `${key}.${one}`) : [key]));
    expect(keys(disturbanceWording.de)).toEqual(keys(disturbanceWording.en));
    expect(disturbanceVersion).toBe('disturbance-1');
  });

  it('goes to those named for it, in their order; where nobody is, to the contacts of the contract', () => {
    const controller = aController('museum');
    const desk = { name: fromConfiguration('Desk'), mail: 'noc@museum.example.com' };
    expect(technicalContacts({ ...controller, technical: [desk] })).toEqual([desk]);
    expect(technicalContacts(controller)).toBe(controller.contacts);
    expect(technicalContacts({ ...controller, technical: [] })).toBe(controller.contacts);
  });
});
