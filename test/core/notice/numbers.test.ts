// Holds that a controller reads how many of its people are concerned as it is known, an estimate as an estimate, and nobody else's (D-14, R-410).
import { describe, expect, it } from 'vitest';
import type { DataSubjectCommand } from '#core/incident/data-subjects.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { personId } from '#core/kernel/ids.ts';
import { hours, minutes } from '#core/kernel/time.ts';
import { noticeOf } from '#core/notice/notice.ts';
import { aConfiguration, aController, anIncident, hence, named, t0, when } from '../given.ts';

const person = (id: string): Extract<Actor, { by: 'person' }> => ({ by: 'person', person: personId(id), role: 'sysop' });
const configuration = aConfiguration({ controllers: [aController('museum', { language: 'de' }), aController('theatre')] });
const incident = anIncident({ controllers: ['museum', 'theatre'] });

const counted = (count: { min: number; best: number; max: number }): DataSubjectCommand => ({
  type: 'CountDataSubjects',
  at: hence(minutes(1)),
  actor: person('ada'),
  controller: named('museum'),
  count,
  asOf: t0,
  from: { why: 'Anna says so' },
});
const check: DataSubjectCommand = {
  type: 'CheckDataSubjects',
  at: hence(minutes(2)),
  actor: person('ben'),
  controller: named('museum'),
  countedAt: hence(minutes(1)),
  how: 'x',
};

const textTo = (id: string, of: Incident): string => {
  const controller = configuration.directory.controllers.get(named(id));
  if (!controller) throw new Error('no such controller');
  return noticeOf({ incident: of, controller, configuration, as: 'suspected', now: hence(hours(2)) }).text;
};
const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => /concerned|etroffen/.test(line));

describe('the numbers in a notice', () => {
  it('are to be determined while nobody has counted', () => {
    expect(textTo('museum', incident)).toContain('People and records: to be determined');
  });

  it('are said to be estimated, in both languages, until a second person checked them', () => {
    const text = textTo('museum', when(incident, counted({ min: 2, best: 30, max: 400 })));
    expect(text).toContain(
      'People concerned: 30 (at least 2, at most 400); estimated, not yet checked by a second person; as of 2026-03-13T21:00:00Z',
    );
    expect(text).toContain('Betroffene Personen: 30 (mindestens 2, höchstens 400); geschätzt, noch von keiner zweiten Person geprüft');
    expect(linesOf(text).join('\n')).not.toMatch(/numbers of people|Zahl der betroffenen Personen/);
    expect(text).not.toContain('Anna');
  });

  it('are said to be checked afterwards, and one number where least and most are one', () => {
    const text = textTo('museum', when(incident, counted({ min: 12, best: 12, max: 12 }), check));
    expect(text).toContain('People concerned: 12; checked by a second person');
    expect(text).not.toContain('estimated');
    expect(text).toContain('Records concerned: to be determined');
  });

  it('are told to their own controller only', () => {
    expect(textTo('theatre', when(incident, counted({ min: 12, best: 12, max: 12 })))).toBe(textTo('theatre', incident));
  });
});
