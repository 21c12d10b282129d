// Holds what the house reads: our words and numbers, the strictest term, nothing of what a signal said (D-15, P-25).
import { describe, expect, it } from 'vitest';
import { reference } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { consultText, natureText, nextTerm, pageText, ticketText } from '#core/notice/page-text.ts';
import { aConfiguration, aController, hence, anIncident, caseId, confirm, none, possible, when } from '../given.ts';

const configuration = aConfiguration({ controllers: [aController('museum', { notice: hours(12) }), aController('theatre')] });
const suspected = anIncident({ controllers: ['museum', 'theatre'] });

describe('a page', () => {
  it('says what is asked for, the facts and the strictest term, and links to the console', () => {
    expect(pageText('call', suspected, configuration, hence(hours(1)))).toEqual({
      title: `[${reference(caseId)}] Please take this incident: Title of archive_read`,
      lines: [
        'Suspected breach of personal data, not confirmed (case suspected), level high',
        'Nature: confidentiality likely; personal data likely',
        'Signals: 1; controllers affected: 2',
        'Opened: 2026-03-13T21:00:00Z',
        'Earliest deadline towards a controller: 2026-03-14T09:00:00Z (in 11 h)',
      ],
      link: `https://art33.example.com/incidents/${caseId}`,
    });
  });

  it('says by how much the term is past', () => {
    expect(pageText('decide', suspected, configuration, hence(hours(13))).lines.at(-1)).toBe(
      'Earliest deadline towards a controller: 2026-03-14T09:00:00Z (past by 1 h)',
    );
  });

  it('names no controller and no pseudonym', () => {
    const texts = [pageText('inform', suspected, configuration, hence(hours(1))), ticketText(suspected, configuration, hence(hours(1)))];
    for (const text of texts) expect(JSON.stringify(text)).not.toMatch(/museum|theatre|sig-|raw-/i);
  });
});

describe('the strictest term', () => {
  it('is none while no clock runs', () => {
    expect(nextTerm(anIncident({ nature: possible }), configuration)).toBeUndefined();
    expect(pageText('assess', anIncident({ nature: possible }), configuration, hence(minutes(1))).lines).toHaveLength(4);
  });

  it('comes closer with a confirmation', () => {
    expect(nextTerm(suspected, configuration)).toBe(hence(hours(12)));
    expect(nextTerm(when(suspected, confirm({ at: hence(hours(1)) })), configuration)).toBe(hence(hours(5)));
  });
});

describe('nature', () => {
  it('names what was hurt, or that nothing was shown', () => {
    expect(natureText(anIncident({ nature: { ...possible, integrity: 'likely' } }))).toBe('confidentiality possible, integrity likely');
    expect(natureText(anIncident({ nature: none }))).toBe('no loss shown');
  });
});

describe('a consultation', () => {
  it('asks for advice, waits for nothing, and its link carries no token (P-25)', () => {
    const text = consultText(suspected, configuration, { now: hence(hours(1)), code: safe`ABCD-EFGH` });
    expect(text.lines[0]).toContain('the decision does not wait for it');
    expect(text.lines.at(-1)).toContain('ABCD-EFGH');
    expect(text.link).toBe('https://art33.example.com/act');
  });
});
