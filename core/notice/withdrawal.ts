// Decides what a controller reads when it is told that a notice is wrong: which one, told when, why, what falls away (P-14). Nothing of any other controller.
import type { Configuration, Controller } from '../directory/directory.ts';
import type { Told } from '../duty/turn.ts';
import type { WithdrawalReason } from '../incident/incident.ts';
import type { IncidentId } from '../kernel/ids.ts';
import { type Safe, safe, safeJoin, safeReference } from '../kernel/safe.ts';
import type { Instant } from '../kernel/time.ts';
import { addressee, subjectFor } from './for-whom.ts';
import { type Notice, contact, inTheirLanguages, item, time } from './notice.ts';
import { type WithdrawalWording, withdrawalWording } from './withdrawal-wording.ts';
import type { Wording } from './wording.ts';

/** Raised with every change of the wording: part of the record (law.md 0, R-009). */
export const withdrawalVersion = safe`withdrawal-1`;

export type WithdrawalInput = {
  readonly incident: IncidentId;
  readonly controller: Controller;
  readonly configuration: Configuration;
  readonly why: WithdrawalReason;
  /** When a named person decided it. */
  readonly decidedAt: Instant;
  /** What it takes back, at least one. */
  readonly told: readonly Told[];
  readonly now: Instant;
};

const line = '\n' as Safe;
const gap = '\n\n' as Safe;

/** What was told last names the whole: once it was confirmed, the withdrawal is of that. */
const kindOf = ({ told }: WithdrawalInput): Told['as'] => (told.some((one) => one.as === 'confirmed') ? 'confirmed' : 'suspected');

const header = (input: WithdrawalInput, words: Wording, own: WithdrawalWording): Safe =>
  safeJoin(
    [
      own.title[kindOf(input)],
      '' as Safe,
      item(words.reference, safeReference(input.incident)),
      item(words.forController, input.controller.name),
      ...addressee(input.controller, input.configuration.directory, words.language),
      item(words.from, input.configuration.directory.operator.name),
      item(words.version, own.version),
      item(words.thisNotice, time(input.now, input, words)),
    ],
    line,
  );

const takenBack = (input: WithdrawalInput, words: Wording, own: WithdrawalWording): Safe =>
  safeJoin(
    [
      own.told,
      ...input.told
        .toSorted((a, b) => a.at - b.at)
        .map((one) => safe`${item(own.named[one.as], time(one.at, input, words))}, ${own.under} ${safeReference(one.incident)}`),
    ],
    line,
  );

const why = (input: WithdrawalInput, words: Wording, own: WithdrawalWording): Safe =>
  safeJoin([own.whyTitle, own.why[input.why], item(own.decided, time(input.decidedAt, input, words)), own.evidence], line);

const body = (input: WithdrawalInput, words: Wording): Safe => {
  const own = withdrawalWording[words.language];
  return safeJoin(
    [
      header(input, words, own),
      own.what,
      takenBack(input, words, own),
      why(input, words, own),
      own.noLonger,
      own.stays,
      contact(input, words),
      own.disclaimer,
    ],
    gap,
  );
};

/** One mail to one controller, of its own view. */
export const withdrawalOf = (input: WithdrawalInput): Notice => ({
  subject: subjectFor(withdrawalWording.en.title[kindOf(input)], input.controller, input.incident),
  text: inTheirLanguages(input.controller, (words) => body(input, words)),
});
