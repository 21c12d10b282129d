// Holds that a rule which can't decide owes one word a day to whoever sees to the house's settings, and that the word names the rule alone.
import { describe, expect, it } from 'vitest';
import { saturatedDuty } from '#core/duty/rule-duty.ts';
import { dutyId, ruleOfSubject, ruleSubject } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { days, hours, minutes } from '#core/kernel/time.ts';
import { saturatedText } from '#core/notice/rule-text.ts';
import { hence, t0 } from '../given.ts';

describe('a word about a rule that can not decide', () => {
  it('is owed at once to the sysop, and by the next day', () => {
    expect(saturatedDuty('large_reads', t0)).toMatchObject({
      ...{
        v: 1,
        kind: 'config',
        recipient: 'sysop',
        lane: 'page',
        state: 'OPEN',
        step: 'saturated 2026-03-13',
        subject: 'rule:large_reads',
      },
      ...{ deadlineAt: hence(days(1)), nextAt: t0, softAt: hence(minutes(15)), createdAt: t0 },
      ...{ gen: 0, attempts: 0, evidence: [], head: { seq: 0 } },
    });
  });

  it('is one a day and rule', () => {
    const { id, subject } = saturatedDuty('large_reads', t0);
    expect(id).toBe(dutyId(subject, 'config', 'sysop', 'saturated 2026-03-13'));
    expect(saturatedDuty('large_reads', hence(hours(1))).id).toBe(id);
    expect(saturatedDuty('large_reads', hence(hours(24))).id).not.toBe(id);
    expect(saturatedDuty('other', t0).id).not.toBe(id);
  });

  it('names the rule where that is a plain word, and says what to do', () => {
    const titleOf = (name: string): string => saturatedText(ruleSubject(name), { baseUrl: fromConfiguration('https://a.example') }).title;
    expect(titleOf('large_reads-2.b')).toBe("[Art33] Rule large_reads-2.b can't decide");
    for (const odd of ['two words', 'a\nb', '<b>', '', 'x'.repeat(121)])
      expect(titleOf(odd)).toBe("[Art33] Rule of no plain name can't decide");
    expect(ruleOfSubject(ruleSubject('two words'))).toBe('two words');
  });
});
