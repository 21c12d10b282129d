// Decides who counts as a recipient that controllers must hear of: each sub-processor, each place where this product itself sends data, and the officer (P-5).
import { hashOf } from '../kernel/hash.ts';
import { type Safe, safe } from '../kernel/safe.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';
import type { Configuration } from './directory.ts';

/** One recipient as it stands in the configuration now. */
export type Recipient = {
  /** `dpo`, `sub-processor:id` or `processing:id`. */
  readonly key: string;
  readonly name: Safe;
  /** Of all that a controller was told about it: another one is news. */
  readonly told: string;
  /** When the operator says that its controllers were told. */
  readonly informedAt?: Instant;
};

const recipient = (key: string, name: Safe, about: unknown, informedAt: Instant | undefined): Recipient => ({
  key,
  name,
  told: hashOf(about),
  ...(informedAt === undefined ? {} : { informedAt }),
});

export const recipientsIn = ({ directory, processing }: Pick<Configuration, 'directory' | 'processing'>): readonly Recipient[] => {
  const { dpo } = directory.operator;
  return [
    recipient('dpo', safe`data protection officer ${dpo.name}`, [dpo.name, dpo.mail], dpo.controllersInformedAt),
    ...directory.subProcessors.map(({ id, name, purpose, controllersInformedAt }) =>
      recipient(`sub-processor:${id}`, safe`sub-processor ${name}`, [name, purpose], controllersInformedAt),
    ),
    ...processing.map(({ recipient: id, purpose, dataClasses, agreement, controllersInformedAt }) =>
      recipient(`processing:${id}`, safe`recipient ${purpose}`, [purpose, [...dataClasses].toSorted(), agreement], controllersInformedAt),
    ),
  ];
};

/** What the register holds of one: as its controllers were to hear of it, and whether they still are. */
export type Noted = {
  readonly told: string;
  /** The day of which they are known to have been told, as it stood before what is owed came up; null: none. */
  readonly informedAt: Instant | null;
  /** Since when they are to hear of it, as the register writes instants; null: they know. */
  readonly owedSince: string | null;
};
export type NotedAll = Readonly<Record<string, Noted>>;

/** A day on which controllers were told, later than the one that stood there before: they know. */
const isInformed = ({ informedAt }: Recipient, before: Noted | undefined): boolean =>
  informedAt !== undefined && (before === undefined || before.informedAt === null || informedAt > before.informedAt);

const notedOf = (one: Recipient, before: NotedAll | undefined, now: Instant): Noted => {
  const known = before?.[one.key];
  const hasChanged = known?.told !== one.told;
  const isOpen = before !== undefined && (hasChanged || known.owedSince !== null) && !isInformed(one, known);
  if (!isOpen) return { told: one.told, informedAt: one.informedAt ?? null, owedSince: null };
  // Another change is another word; the day that stood there before stays what is compared with.
  return { told: one.told, informedAt: known?.informedAt ?? null, owedSince: hasChanged ? rfc3339(now) : known.owedSince };
};

/**
 * What is to be noted now. Nothing noted before (the first start): of those that stand there the controllers know by their contracts.
 * One that is owed stays so until a later day stands beside it.
 */
export const notedNow = (recipients: readonly Recipient[], before: NotedAll | undefined, now: Instant): NotedAll =>
  Object.fromEntries(recipients.map((one) => [one.key, notedOf(one, before, now)]));
