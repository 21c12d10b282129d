// Decides when it counts that something did not happen: a firing opens a case only where none of the rules it names matched in its group (ours, not Sigma's).
import { derived } from '../kernel/hash.ts';
import type { SignalId } from '../kernel/ids.ts';
import { safe } from '../kernel/safe.ts';
import { type Duration, type Instant, minus, plus } from '../kernel/time.ts';
import type { Finding } from './finding.ts';
import { noNature } from './outcome.ts';
import type { Correlation, Member, Rule } from './rule.ts';

/** What a firing waits for, told without the rule: it may have been edited by the time that it is looked at. */
export type Absence = {
  /** Where the firing and what silences it stand beside each other: a group of its own, so that neither crowds out what is counted. */
  readonly group: string;
  readonly firing: Member;
  readonly window: Duration;
  /** Only what comes afterwards counts: started, then stopped, is stopped. */
  readonly ordered: boolean;
  /** Names of the rules that silence it; a member's stage is the place in here, that of a firing lies behind them. */
  readonly rules: readonly string[];
};

/** A firing on its way to a case, if nothing comes between. `expires`: until when its group is kept. */
export type Awaited = Absence & { readonly finding: Finding; readonly expires: Instant };

export const absentOf = ({ incident }: Pick<Correlation, 'incident'>): readonly string[] => incident?.absent ?? [];

/** Another list of rules begins anew, as another grouping does (detection.md 6.5). */
const besides = (correlation: Correlation, group: string): string => derived(['absent', group, absentOf(correlation)]);

export const absenceOf = (correlation: Correlation, group: string, firing: Omit<Member, 'stage'>): Absence => ({
  group: besides(correlation, group),
  firing: { ...firing, stage: absentOf(correlation).length },
  window: correlation.timespan,
  ordered: correlation.kind === 'temporal_ordered',
  rules: absentOf(correlation),
});

const isSilencedBy = ({ firing, window, ordered, rules }: Omit<Absence, 'group'>, { stage, time }: Member): boolean =>
  stage < rules.length && time >= (ordered ? firing.time : minus(firing.time, window)) && time <= plus(firing.time, window);

/** The rule that silences the firing, by name; `members` are what stands in the group around it. */
export const silencedBy = (absence: Absence, members: readonly Member[]): string | undefined => {
  const found = members.find((member) => isSilencedBy(absence, member));
  return found && absence.rules[found.stage];
};

/** A match of a rule that is named as absent, as it stands beside the firings: the member, and which of those around it are silenced by it. */
export const silencing = (correlation: Correlation, group: string, match: Omit<Member, 'stage'> & { readonly rule: string }) => {
  const { rule, ...rest } = match;
  const rules = absentOf(correlation);
  const member: Member = { ...rest, stage: rules.indexOf(rule) };
  const of = { window: correlation.timespan, ordered: correlation.kind === 'temporal_ordered', rules };
  return {
    group: besides(correlation, group),
    member,
    silencedIn: (members: readonly Member[]): readonly Member[] =>
      members.filter((firing) => firing.stage === rules.length && isSilencedBy({ ...of, firing }, member)),
  };
};

/** What came after all, as a case hears of it that was opened because it had not: a sign that weighs nothing and closes nothing. */
export const arrivalOf = (
  { rule, time, signals }: { readonly rule: Rule; readonly time: Instant; readonly signals: readonly string[] },
  { rule: missed, caseKey, window }: Finding,
): Finding => ({
  rule: {
    id: rule.id,
    name: rule.name,
    title: safe`Came after all: ${rule.title}`,
    level: 'informational',
    version: rule.incident?.version ?? 1,
    category: missed.category,
  },
  time,
  signals: signals as readonly SignalId[],
  nature: noNature,
  personalData: 'unlikely',
  caseKey,
  joinKeys: [],
  window,
  assets: [],
  resources: [],
  controllers: [],
  unidentified: false,
  apart: true,
});
