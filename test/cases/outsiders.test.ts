// Decides whether what outsiders tell is looked at by a person, always and in time, and confirms nothing (P-8).
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTerminal } from '#core/duty/duty.ts';
import { personId } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { receive } from '#flow/receive.ts';
import type { Played } from '#local/play.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { eventsDir, raw } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const sample = (source: string, file: string): Played => ({ source, bytes: readFileSync(`${eventsDir}/${source}/${file}`) });
const mail = (n: number, subject: string, text: string): Played =>
  raw(
    'public-report',
    `From: person${n}@example.org\nTo: privacy@muster.example\nSubject: ${subject}\nMessage-ID: <${n}@example.org>\n\n${text}\n`,
  );
const triages = async () => (await h.duties('review')).filter(({ step }) => step === 'triage');

const harmless: readonly (readonly [string, string])[] = [
  ['Access request', 'Please tell me which data you store about me (Art. 15 GDPR).'],
  ['Auskunft', 'Welche Daten haben Sie über mich gespeichert?'],
  ['Delete my account', 'I do not need it any more.'],
  ['Löschung', 'Bitte löschen Sie mein Konto und alle meine Daten.'],
  ['Unsubscribe', 'Take me off the list.'],
  ['Newsletter', 'Ich möchte ihn abbestellen.'],
  ['Change of address', 'Please change my address to 1 Example Street.'],
  ['Neue Adresse', 'Meine Adresse hat sich geändert, bitte die Adresse ändern.'],
  ['Login', 'I forgot my password, what now?'],
  ['Anmeldung', 'Ich habe mein Passwort vergessen.'],
  ['Invoice', 'The invoice for May did not come.'],
  ['Rechnung', 'Die Rechnung vom Mai fehlt mir.'],
  ['Opening hours', 'When may I come?'],
  ['Öffnungszeiten', 'Wann haben Sie auf?'],
  ['Consent', 'I withdraw my consent to advertising.'],
  ['Werbung', 'Ich widerspreche der Werbung.'],
  ['Contract', 'Please send the data processing agreement.'],
  ['AVV', 'Wir brauchen den Vertrag zur Auftragsverarbeitung.'],
  ['Application', 'This is my job application as a baker.'],
  ['Bewerbung', 'Anbei meine Bewerbung.'],
];

describe('the privacy mailbox', () => {
  it('of a day with a breach report in it: one triage within the minute, and the hour for it', async () => {
    await h.play([...harmless.map(([subject, text], n) => mail(n, subject, text)), sample('public-report', 'breach.eml')]);
    expect(await triages()).toMatchObject([{ recipient: 'incident-lead', createdAt: startedAt, deadlineAt: plus(startedAt, hours(1)) }]);
    expect(await h.incident()).toMatchObject({ outcome: 'breach-assessment', state: 'open' });
    const [told] = h.takeMessages().filter(({ subject }) => subject.includes('A report from outside'));
    expect(told?.at).toBeLessThanOrEqual(plus(startedAt, minutes(1)));
  });

  it('with twenty harmless requests makes no incident', async () => {
    for (const [n, [subject, text]] of harmless.entries()) {
      await h.play([mail(n, subject, text)]);
      expect([subject, (await h.incidents()).length]).toEqual([subject, 0]);
    }
    h.expectMessages([]);
    expect((await h.world.ledger.intake()).find(({ disposition }) => disposition === 'assessed')?.count).toBe(20);
  });

  it('makes a case of each report: the second is not swallowed by the first', async () => {
    await h.play([sample('public-report', 'breach.eml'), sample('public-report', 'german.eml'), sample('public-report', 'unclear.eml')]);
    expect(await h.incidents()).toHaveLength(3);
    expect(await triages()).toHaveLength(3);
  });
});

describe('a triage', () => {
  it('is never over by itself, however long nobody answers', async () => {
    await h.play([sample('public-report', 'unclear.eml')]);
    await h.fastForward('3d');
    expect((await triages()).map(({ state }) => state)).toEqual(['SENT']);
    const told = h.takeMessages().filter(({ subject }) => subject.includes('A report from outside'));
    expect(told.length).toBeGreaterThan(70);
    expect(new Set(told.map(({ to }) => to))).toEqual(new Set(['Malik Brandt', 'Greta Vogt']));
  });

  it('is over by a person’s word, or by a decision', async () => {
    await h.play([sample('public-report', 'unclear.eml')]);
    const [duty] = await triages();
    const by = { person: personId('malik-brandt'), how: 'called back: a question about an order' };
    expect(duty && (await receive(h.world, { duty, what: 'done', by }))).toMatchObject({ ok: true });
    expect((await triages()).every(({ state }) => isTerminal(state))).toBe(true);
    await h.play([sample('public-report', 'breach.eml')]);
    const [, second] = await h.incidents();
    expect(second?.state).toBe('open');
  });
});

describe('a report by form or command', () => {
  const form = (report: string, more: object = {}) =>
    raw(`${report}-report`, { report, id: '1', by: 'selin-aydin', text: 'The list of the clinic lies open, says Frau Beispiel.', ...more });

  it.each(['person', 'controller', 'public'])('of a %s is looked at, whatever its words', async (report) => {
    await h.play([form(report)]);
    expect(await triages()).toHaveLength(1);
    expect((await h.incident()).outcome).toBe('breach-assessment');
  });

  it('concerns the controller that was named, and asks who it is where none was', async () => {
    await h.play([form('controller', { controller: 'clinic-portal' })]);
    expect(await h.incident()).toMatchObject({ controllers: ['clinic-portal'], unidentified: false });
    await h.play([form('public', { id: '2' })]);
    expect(await h.duties('identify-controller')).toHaveLength(1);
  });

  it('is one when it is sent twice', async () => {
    await h.play([form('person'), form('person')]);
    expect(await triages()).toHaveLength(1);
  });

  it('leaves its words and the caller in the evidence alone', async () => {
    await h.play([form('controller', { caller: 'K. Beispiel', callback: '+49 30 23125 300' }), sample('public-report', 'breach.eml')]);
    await h.fastForward('6h');
    const said = JSON.stringify([h.sinks.sent, h.logged, await h.entries(), await h.incidents(), await h.duties()]);
    for (const word of ['Beispiel', 'lies open', '23125 300', 'person@example.org', 'other customers']) expect(said).not.toContain(word);
  });
});

describe('a sender', () => {
  it('confirms nothing, whatever he states', async () => {
    await h.play([sample('controller-report', 'mail.eml')]);
    expect(await h.incident()).toMatchObject({ state: 'suspected', outcome: 'suspected-breach', controllers: ['museum-shop'] });
    expect((await h.incident()).aware).toBeUndefined();
    expect(await triages()).toHaveLength(1);
  });

  it('who is a controller and vouched for makes his message’s arrival the awareness', async () => {
    await h.play([sample('controller-report', 'mail.eml')]);
    await h.fastForward('1h');
    expect(await h.confirm()).toMatchObject({ ok: false, error: { field: 'reason' } });
    expect(await h.confirm({ since: startedAt })).toMatchObject({ ok: true });
  });
});
