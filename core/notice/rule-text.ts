// Decides what the owner of a rule is told when it can't decide: which one, why, and what to change.
import type { Configuration } from '../directory/directory.ts';
import { numericMembers } from '../detection/rule.ts';
import type { SubjectId } from '../kernel/ids.ts';
import { safe, safeRule } from '../kernel/safe.ts';
import type { OutwardText } from './page-text.ts';

/** Nothing of a signal is in it: a name, a number. */
export const saturatedText = (subject: SubjectId, { baseUrl }: Pick<Configuration, 'baseUrl'>): OutwardText => ({
  title: safe`[Art33] Rule ${safeRule(subject)} can't decide`,
  lines: [
    safe`In one of its groups more than ${numericMembers} events lie within its timespan. An average or a percentile over a part of them says nothing, so it says nothing.`,
    safe`This is no breach by itself. While it lasts, nothing that this rule alone would notice is noticed in that group; a flood may be meant to do just that.`,
    safe`Give the rule a shorter timespan or a finer group-by, or write one that counts (event_count) beside it. art33 rules explain says what it sees.`,
    safe`You hear of it once a day while it lasts.`,
  ],
  link: safe`${baseUrl}/signals`,
});
