// Holds what fixed words make of letters in English and German: a breach stated, hinted at, something else, or unclear.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Said, everydayRequests, saidIn, sentencesOf, vendorMatters } from '#core/signal/breach-words.ts';
import { anyText } from './any-text.ts';

const said = (text: string, other = vendorMatters, whole = true): Said => saidIn(sentencesOf(text), whole, other);

describe('a letter of a sub-processor', () => {
  it.each<readonly [Said, string]>([
    ['fact', 'We became aware that an unauthorised party obtained user names and hashed passwords.'],
    ['fact', 'There was a data breach in our support system.'],
    ['fact', 'Your customer data was exposed between Monday and Friday.'],
    ['fact', 'We regret to inform you: personal data of some users\nwere disclosed to a third party.'],
    ['fact', 'Am 3. März kam es zu einer Datenpanne.'],
    ['fact', 'Dabei wurden Kundendaten abgeflossen bzw. entwendet.'],
    ['fact', 'Wir haben festgestellt, dass unbefugte Dritte Ihre Daten kopiert haben.'],
    ['fact', 'Leider mussten wir feststellen, dass E-Mail-Adressen veröffentlicht wurden.'],
    ['fact', 'A \u200bdata\u00ad breach has occurred.'],
    ['incident', 'We are investigating a security incident.'],
    ['incident', 'Personal data may have been accessed.'],
    ['incident', 'We have no evidence that your data was accessed.'],
    ['incident', 'No customer data was accessed.'],
    ['incident', 'Wir untersuchen einen Sicherheitsvorfall.'],
    ['incident', 'Möglicherweise wurden Kundendaten eingesehen.'],
    ['incident', 'Nach derzeitigem Stand sind keine Kundendaten abgeflossen.'],
    ['incident', 'Unauthorized access to our build system'],
    ['rotation', 'Please rotate your signing keys.'],
    ['rotation', 'All tokens have been invalidated.'],
    ['rotation', 'Bitte alle Passwörter zu ändern ist ratsam.'],
    ['advisory', 'CVE-2026-12345 is fixed.'],
    ['advisory', 'A security update is ready.'],
    ['advisory', 'In unserem Produkt gibt es eine Sicherheitslücke.'],
    ['other', 'Your invoice for March is attached.'],
    ['other', "What's new: dashboards."],
    ['other', 'Geplante Wartung am Sonntag.'],
    ['unclear', 'Please call us.'],
    ['unclear', ''],
    ['unclear', 'Nous vous prions de nous contacter.'],
    ['unclear', 'Webinar: what a data breach costs.'],
  ])('is %s: %s', (expected, text) => {
    expect(said(text)).toBe(expected);
  });

  it('is the gravest that any sentence says', () => {
    expect(said('Your invoice is ready. Also, please rotate your keys. There was a data breach.')).toBe('fact');
    expect(said('We had no data breach. Your invoice is ready.')).toBe('incident');
  });

  it('is nothing harmless where a part of it was not read', () => {
    expect(said('Your invoice is ready.', vendorMatters, false)).toBe('unclear');
    expect(said('There was a data breach.', vendorMatters, false)).toBe('fact');
  });
});

describe('a letter of anybody', () => {
  it.each<readonly [Said, string]>([
    ['incident', 'I can see the orders of other people, someone else’s data are in my account.'],
    ['incident', 'Ich sehe fremde Nachrichten.'],
    ['incident', 'My account was hacked!'],
    ['incident', 'Ihre Datenbank ist öffentlich zugänglich.'],
    ['incident', 'Were my data affected by a data breach of yours?'],
    ['advisory', 'I found a vulnerability.'],
    ['unclear', 'Please call me.'],
  ])('is %s: %s', (expected, text) => {
    expect(said(text, everydayRequests)).toBe(expected);
  });

  it('throws on no input, and takes no time for a long one', () => {
    const piece = fc.constantFrom('data ', 'were stolen', '. ', 'wurde ', 'a'.repeat(60), 'löschen ', 'mein ', '\u202e', 'if ', '\n\n');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, anyText()), { maxLength: 30 }), (parts) => {
        said(parts.join(''), everydayRequests);
      }),
      { numRuns: 200 },
    );
    const begun = performance.now();
    for (const text of ['wurde ', 'mein ', 'loesch ', 'adresse ', '. ', 'security ', 'reset ', 'a'])
      said(text.repeat(100_000), everydayRequests);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
