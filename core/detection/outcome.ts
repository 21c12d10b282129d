// Decides what an incident is, from nature, data and level: D-4, first match, in that order.
import { type Level, type Likelihood, type Nature, levels, likelihoods } from './rule.ts';

const worst = <T extends string>(scale: readonly T[], a: T, b: T): T => (scale.indexOf(a) >= scale.indexOf(b) ? a : b);

export const worstLevel = (a: Level, b: Level): Level => worst(levels, a, b);
export const worstLikelihood = (a: Likelihood, b: Likelihood): Likelihood => worst(likelihoods, a, b);
export const atLeast = (level: Level, floor: Level): boolean => levels.indexOf(level) >= levels.indexOf(floor);

export const worstNature = (a: Nature, b: Nature): Nature => ({
  confidentiality: worstLikelihood(a.confidentiality, b.confidentiality),
  integrity: worstLikelihood(a.integrity, b.integrity),
  availability: worstLikelihood(a.availability, b.availability),
});

/** Ciphertext alone, its keys elsewhere: that others read it is one step less likely (detection.md 6.6). Its loss stays what it is. */
export const lowered = (nature: Nature): Nature => ({
  ...nature,
  confidentiality: likelihoods[Math.max(0, likelihoods.indexOf(nature.confidentiality) - 1)] ?? 'none',
});

export const noNature: Nature = { confidentiality: 'none', integrity: 'none', availability: 'none' };

export type Judged = { readonly nature: Nature; readonly personalData: 'unlikely' | 'likely'; readonly level: Level };

/** D-4: people alone make `confirmed-breach` and `refuted` of it. */
export const outcomeOf = (judged: Judged): 'none' | 'security-incident' | 'breach-assessment' | 'suspected-breach' => {
  const peak = [judged.nature.confidentiality, judged.nature.integrity, judged.nature.availability].reduce(worstLikelihood);
  if (peak === 'none') return atLeast(judged.level, 'high') ? 'security-incident' : 'none';
  if (judged.personalData === 'unlikely') return 'security-incident';
  return peak === 'likely' ? 'suspected-breach' : 'breach-assessment';
};
