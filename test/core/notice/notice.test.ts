// Holds what a controller reads: facts about its own data only, no conclusion of law, no other controller's name (R-602, R-604, D-5).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import { hours } from '#core/kernel/time.ts';
import { type Notice, noticeOf, recipientsOf } from '#core/notice/notice.ts';
import {
  aConfiguration,
  aController,
  hence,
  anAsset,
  anIncident,
  attach,
  caseId,
  confirm,
  likely,
  named,
  none,
  t0,
  when,
} from '../given.ts';

const releases = ['suspected', 'confirmed'] as const;
const all = ['museum', 'theatre', 'library'];
const configuration = aConfiguration({
  controllers: [aController('museum', { language: 'de' }), aController('theatre'), aController('library')],
});
const suspected = anIncident({ controllers: all });
const confirmed = when(suspected, confirm({ at: hence(hours(1)), since: t0 }));
const incidentOf = (as: (typeof releases)[number]): Incident => (as === 'confirmed' ? confirmed : suspected);

const controllerOf = (id: string, from: Configuration): Controller => {
  const found = from.directory.controllers.get(named(id));
  if (!found) throw new Error(`the test has no controller ${id}`);
  return found;
};

type Given = { readonly incident?: Incident; readonly as?: (typeof releases)[number]; readonly from?: Configuration };
const noticeTo = (id: string, { as = 'suspected', incident = incidentOf(as), from = configuration }: Given = {}): Notice =>
  noticeOf({ incident, controller: controllerOf(id, from), configuration: from, as, now: hence(hours(2)) });
const partOf = (text: string, heading: string): string => text.split('\n\n').find((part) => part.startsWith(heading)) ?? '';

const everyNotice = all.flatMap((id) => releases.map((as) => [id, as, noticeTo(id, { as })] as const));

describe('every notice', () => {
  it.each(everyNotice)('to the %s, %s: names this controller and no other', (id, _as, { subject, text }) => {
    expect(text).toContain(`The ${id} of Muster`);
    for (const other of all.filter((one) => one !== id)) expect(subject + text).not.toMatch(new RegExp(other, 'i'));
  });

  it.each(everyNotice)('to the %s, %s: has no line that a mail relay would break (RFC 5321)', (_id, _as, { subject, text }) => {
    expect(subject).not.toMatch(/[\r\n]/);
    for (const line of text.split('\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(998);
    expect(text.endsWith('\n')).toBe(true);
  });

  // no legal conclusion for the controller, no likelihood class, nothing that admits or minimises.
  it.each(everyNotice)('to the %s, %s: concludes nothing for the controller', (_id, _as, { subject, text }) => {
    const never = [
      /no notification (is )?required/i,
      /need not (notify|inform)/i,
      /(high|low|medium|unlikely|likely)[ -]risk/i,
      /\brisk\b/i,
      /\b(highly|very|un)?likely\b/i,
      /\bprobabl[ey]\b/i,
      /no data (was|were|is|are)? ?affected/i,
      /\b(hacker|attacker|criminal|negligen\w*|fault of|sorry|apolog\w*|regret)\b/i,
      /\bguarantee/i,
      /\b(hohes|geringes|kein) Risiko\b|\bRisiko\b/i,
      /\bwahrscheinlich/i,
      /keine Meldung (ist )?(erforderlich|nötig)|nicht meldepflichtig/i,
    ];
    for (const word of never) expect(subject + text).not.toMatch(word);
  });

  it.each(everyNotice)("to the %s, %s: holds no link, no secret, no address but the officer's (R-601, R-605)", (_id, _as, { text }) => {
    expect(text).not.toMatch(/https?:|www\./i);
    expect(text.match(/\S+@\S+/g)?.every((mail) => mail === 'dpo@example.com')).toBe(true);
    expect(text).not.toMatch(/sig-|raw-|\binc-/);
  });

  it.each(everyNotice)('to the %s, %s: says reference, version, its own time and the next word', (_id, _as, { subject, text }) => {
    expect(subject).toContain(`[${reference(caseId)}]`);
    expect(text).toContain(`Reference: ${reference(caseId)}`);
    expect(text).toContain('Version: 1 (preliminary)');
    expect(text).toContain('This notice: 2026-03-13T23:00:00Z (14 Mar 2026, 00:00 GMT+1)');
    expect(text).toContain(
      'You will hear from us again, whether or not anything has changed, by 2026-03-14T23:00:00Z (15 Mar 2026, 00:00 GMT+1).',
    );
  });

  it.each(everyNotice)('to the %s, %s: admits nothing and assesses nothing (R-506)', (_id, _as, { text }) => {
    expect(text).toContain('no admission of fault and no assessment of your legal duties');
  });
});

describe('the names of others', () => {
  it('stay out of every notice, whatever they are', () => {
    const ids = ['c1', 'c2', 'c3'];
    const name = fc.stringMatching(/^[A-Z][a-z]{3,9} [A-Z][a-z]{4,9} (GmbH|eV|AG)$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 3, maxLength: 3 }),
        fc.constantFrom(...releases),
        fc.constantFrom('en' as const, 'de' as const),
        (names, as, language) => {
          const from = aConfiguration({
            controllers: ids.map((id, i) => aController(id, { name: names[i] ?? id, language })),
            assets: ids.map((id) => anAsset(`tenant-${id}`, [id])),
          });
          const findings = anIncident({ controllers: ids, assets: ids.map((id) => `tenant-${id}`) });
          const incident = as === 'confirmed' ? when(findings, confirm({ at: hence(hours(1)) })) : findings;
          for (const [i, id] of ids.entries()) {
            const { subject, text } = noticeTo(id, { as, incident, from });
            expect(text).toContain(names[i]);
            expect(text).toContain(`System tenant-${id}`);
            for (const [j, other] of ids.entries()) {
              if (i === j) continue;
              expect(subject + text).not.toContain(names[j]);
              expect(subject + text).not.toContain(other);
            }
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('a suspected notice', () => {
  it.each(all)('to the %s never bears the name of Art. 33(2), nor says more than suspicion (D-5)', (id) => {
    const { subject, text } = noticeTo(id);
    expect(subject).toBe(`Notice of a suspected breach, not confirmed [${reference(caseId)}]`);
    expect(subject + text).not.toMatch(/Art\. ?33|Notification of a personal data breach|Meldung einer Verletzung|72/);
    expect(text).toContain('It is not confirmed.');
    expect(text).toContain('What of yours may be affected');
    expect(text).not.toContain('We became aware');
    // Not every contract asks for it.
    expect(text).not.toMatch(/as our contract asks|wie es unser Vertrag verlangt/);
  });
});

describe('a confirmed notice', () => {
  it('bears its name, the time of awareness and the strictest reading of the 72 hours', () => {
    const { subject, text } = noticeTo('theatre', { as: 'confirmed' });
    expect(subject).toBe(`Notification of a personal data breach under Art. 33(2) GDPR (preliminary) [${reference(caseId)}]`);
    expect(text).toContain('We became aware: 2026-03-13T21:00:00Z (13 Mar 2026, 22:00 GMT+1)');
    expect(text).toContain('your 72 hours began when this notice reached you, or earlier if we told you');
    expect(text).not.toMatch(/not confirmed/i);
  });

  it('dates no suspicion where there was none', () => {
    const atOnce = when(
      anIncident({ controllers: all, nature: { ...none, confidentiality: 'possible' } }),
      confirm({ at: hence(hours(1)) }),
    );
    expect(noticeTo('theatre', { as: 'confirmed', incident: atOnce }).text).not.toContain('Suspected since');
    expect(noticeTo('theatre', { as: 'confirmed' }).text).toContain('Suspected since: 2026-03-13T21:00:00Z');
  });

  it('tells a controller that came later its own hours (P-7)', () => {
    const two = anIncident({ controllers: ['museum'] });
    const late = when(two, confirm({ at: hence(hours(1)) }), attach(hence(hours(2)), { rule: 'other', controllers: ['library'] }));
    expect(noticeTo('library', { as: 'confirmed', incident: late }).text).toContain('We became aware: 2026-03-13T23:00:00Z');
  });
});

describe('languages', () => {
  it('is German as a courtesy, below the English that binds, for those who read it', () => {
    const { subject, text } = noticeTo('museum', { as: 'confirmed' });
    expect(subject).toMatch(/^Notification/);
    expect(text.startsWith('Eine deutsche Übersetzung steht weiter unten.')).toBe(true);
    const [english, courtesy, germanText] = [
      'Notification of a personal data breach',
      'Verbindlich ist der englische Text oben.',
      'Meldung einer Verletzung',
    ].map((part) => text.indexOf(part));
    expect(english).toBeGreaterThan(0);
    expect(courtesy).toBeGreaterThan(english ?? 0);
    expect(germanText).toBeGreaterThan(courtesy ?? 0);
    expect(text).toContain('Diese Meldung: 2026-03-13T23:00:00Z (14. März 2026, 00:00 GMT+1)');
  });

  it.each(releases)('is English alone for everybody else (%s)', (as) => {
    expect(noticeTo('theatre', { as }).text).not.toMatch(/Übersetzung|Betroffenen|Maßnahmen|ü|ß/);
  });

  it('says the hours in the zone of the reader', () => {
    const from = aConfiguration({ controllers: [aController('theatre', { zone: 'America/New_York' })] });
    expect(noticeTo('theatre', { from }).text).toContain('This notice: 2026-03-13T23:00:00Z (13 Mar 2026, 19:00 GMT-4)');
  });
});

describe('what happened', () => {
  const integrity = { ...none, integrity: 'likely' } as const;
  const twoFindings = when(
    anIncident({ controllers: ['museum'], assets: ['a'], nature: likely }),
    attach(t0, { rule: 'other', controllers: ['theatre'], assets: ['b'], nature: integrity }),
  );
  const from = aConfiguration({
    controllers: ['museum', 'theatre', 'library'].map((id) => aController(id)),
    assets: [anAsset('a', all), anAsset('b', all), anAsset('c', all)],
  });

  it('is told to each of its own data: nature, systems and consequences', () => {
    const { text } = noticeTo('theatre', { incident: twoFindings, from });
    expect(partOf(text, 'Nature')).toContain('Integrity: signs that it was affected');
    expect(partOf(text, 'Nature')).toContain('Confidentiality: no sign in the records that we have; not excluded');
    expect(partOf(text, 'What of yours')).toContain('Systems: System b\n');
    expect(partOf(text, 'Possible consequences')).toContain('changed without permission');
    expect(partOf(text, 'Possible consequences')).not.toContain('seen or used');
  });

  it('lists no system on which nothing of the kind was seen', () => {
    const defended = when(twoFindings, attach(t0, { rule: 'ban', controllers: ['theatre'], assets: ['c'], nature: none }));
    expect(noticeTo('theatre', { incident: defended, from }).text).not.toContain('System c');
  });

  it('is what the incident knows, for a controller whom people named', () => {
    const identified = when(twoFindings, {
      type: 'Identify',
      at: t0,
      actor: { by: 'machine', rule: 'x' },
      controllers: [named('library')],
      reason: 'log',
    });
    const { text } = noticeTo('library', { incident: identified, from });
    expect(partOf(text, 'Nature')).toContain('Confidentiality: signs that it was affected');
    expect(partOf(text, 'What of yours')).toContain('Systems: not yet known');
  });

  // an absence is said with what it rests on.
  it('never says that a part was untouched', () => {
    for (const [, , { text }] of everyNotice) expect(text).toContain('Availability: no sign in the records that we have; not excluded');
  });
});

describe('recipients', () => {
  it('are the contacts of this controller, in their order', () => {
    expect(recipientsOf(controllerOf('theatre', configuration)).map((contact) => contact.mail)).toEqual(['privacy@theatre.example.com']);
  });
});
