// Holds what a controller reads when a notice is taken back: which, told when, why, what falls away; no conclusion of law, no word of others (P-14, R-602, R-604).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Controller } from '#core/directory/directory.ts';
import type { Told } from '#core/duty/turn.ts';
import { incidentId, reference } from '#core/kernel/ids.ts';
import { hours } from '#core/kernel/time.ts';
import { withdrawalOf } from '#core/notice/withdrawal.ts';
import { aConfiguration, aController, caseId, hence, idKey, named } from '../given.ts';

const configuration = aConfiguration({
  controllers: [aController('museum', { language: 'de' }), aController('theatre'), aController('library')],
});
const controllerOf = (id: string): Controller => {
  const found = configuration.directory.controllers.get(named(id));
  if (!found) throw new Error(`the test has no controller ${id}`);
  return found;
};
const suspected: Told = { as: 'suspected', at: hence(hours(1)), incident: caseId };
const confirmed: Told = { as: 'confirmed', at: hence(hours(2)), incident: caseId };

type Given = { readonly to?: string; readonly told?: readonly Told[]; readonly why?: 'not-affected' | 'no-breach' };
const withdrawal = ({ to = 'theatre', told = [suspected], why = 'not-affected' }: Given = {}) =>
  withdrawalOf({
    incident: caseId,
    controller: controllerOf(to),
    configuration,
    why,
    decidedAt: hence(hours(3)),
    told,
    now: hence(hours(3)),
  });

describe('the text of a withdrawal', () => {
  it('names its reference, whom it is for, what it takes back and when that was told, in UTC and in the time of the place', () => {
    const { subject, text } = withdrawal({ told: [confirmed, suspected] });
    expect(subject).toBe(`Withdrawal of our notification under Art. 33(2) GDPR [${reference(caseId)}]`);
    expect(text).toContain(`Reference: ${reference(caseId)}`);
    expect(text).toContain('For: The theatre of Muster');
    const lines = text.split('\n').filter((line) => line.includes(', reference ART33-'));
    expect(lines).toEqual([
      `  Notice of a suspected breach, not confirmed: 2026-03-13T22:00:00Z (13 Mar 2026, 23:00 GMT+1), reference ${reference(caseId)}`,
      `  Notification of a personal data breach under Art. 33(2) GDPR: 2026-03-13T23:00:00Z (14 Mar 2026, 00:00 GMT+1), reference ${reference(caseId)}`,
    ]);
  });

  it('names the reference under which it was told, where that was another', () => {
    const younger = incidentId(idKey, 'case', 2);
    expect(withdrawal({ told: [{ ...suspected, incident: younger }] }).text).toContain(`reference ${reference(younger)}`);
  });

  it('says why, and when that was decided', () => {
    expect(withdrawal().text).toContain('We no longer count data which we process for you among\n  what was affected.');
    expect(withdrawal({ why: 'no-breach' }).text).toContain('turned out to be no breach of security.');
    for (const why of ['not-affected', 'no-breach'] as const) expect(withdrawal({ why }).text).toContain('Decided: 2026-03-14T00:00:00Z');
  });

  it('says what need not be done any more, and leaves to the controller what is its own', () => {
    const { text } = withdrawal();
    expect(text).toContain('What you need no longer do');
    expect(text).toContain('What stays yours to decide');
    // no conclusion of law for the controller, no word of likelihood or risk.
    expect(text).not.toMatch(/no notification|not required|unlikely|risk|Art\. 34/i);
  });

  it('bears the name of Art. 33(2) only where a notification under it was told', () => {
    expect(withdrawal().subject).toBe(`Withdrawal of our notice of a suspected breach [${reference(caseId)}]`);
    expect(withdrawal().text).not.toMatch(/Art\.\s*33/);
  });

  it('stands in German below for who speaks it, with the same times', () => {
    const { text } = withdrawal({ to: 'museum', told: [suspected, confirmed] });
    const [english = '', german = ''] = text.split('-'.repeat(70));
    expect(german).toContain('Rücknahme unserer Meldung nach Art. 33 Abs. 2 DSGVO');
    expect(german).toContain('Was Sie nicht mehr tun müssen');
    const timesIn = (part: string): readonly string[] => [...part.matchAll(/2026-\d\d-\d\dT\d\d:\d\d:\d\dZ/g)].map(([at]) => at);
    expect(timesIn(german)).toEqual(timesIn(english));
    expect(withdrawal().text).not.toContain('Rücknahme');
  });

  it('fits a plain mail: no line of prose beyond 90 characters', () => {
    for (const line of withdrawal({ to: 'museum', why: 'no-breach' }).text.split('\n'))
      if (!/: .*\d{4}-/.test(line)) expect(line.length, line).toBeLessThanOrEqual(90);
  });

  it('is of one controller, whatever was told', () => {
    const all = ['museum', 'theatre', 'library'];
    const of = fc.record({
      to: fc.constantFrom(...all),
      why: fc.constantFrom('not-affected' as const, 'no-breach' as const),
      told: fc.array(fc.constantFrom(suspected, confirmed), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(of, (given) => {
        const { subject, text } = withdrawal(given);
        for (const other of all.filter((id) => id !== given.to)) expect(`${subject}${text}`).not.toContain(other);
      }),
    );
  });
});
