// Decides what a message of the assess queue is: our own pointer to stored bytes, or an event that EventBridge put there itself (D-9).
import { sha256 } from '#core/kernel/hash.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Evidences, Raw } from '#flow/ports.ts';
import { type Message, parsed } from './batch.ts';

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 1_024;

const pointer = ({ source, delivery, rawRef, received }: Fields): Raw | undefined =>
  isText(source) && isText(delivery) && isText(rawRef) && typeof received === 'number' && Number.isFinite(received)
    ? { source, delivery, rawRef, received: instantOf(received) }
    : undefined;

/** Somebody asks that what could not be read be read again (D-9). Only who may send to the queue can, so it asks for nothing more. */
export const isReplay = ({ body }: Message): boolean => {
  const value = parsed(body);
  return typeof value === 'object' && value !== null && pointer(value as Fields) !== undefined && (value as Fields)['replay'] === true;
};

/** Services that send to the bus themselves. */
const sourceOfService: ReadonlyMap<string, string> = new Map([
  ['aws.guardduty', 'guardduty'],
  ['aws.securityhub', 'securityhub'],
  ['aws.macie', 'macie'],
  ['aws.access-analyzer', 'access-analyzer'],
  ['aws.health', 'aws-health'],
  ['aws.inspector2', 'inspector'],
  ['aws.cloudwatch', 'cloudwatch-alarm'],
  ['aws.backup', 'aws-backup'],
  ['aws.rds', 'rds'],
]);

/** Where an envelope says that it comes from. What is none of ours goes to quarantine under this name, whole. */
const sourceOf = ({ source, 'detail-type': kind }: Fields): string => {
  // Whatever service was called, the record is CloudTrail's.
  if (isText(kind) && kind.endsWith(' via CloudTrail')) return 'cloudtrail';
  if (!isText(source)) return 'unrecognised';
  if (source.startsWith('aws.partner/auth0.com/')) return 'auth0';
  return sourceOfService.get(source) ?? 'unrecognised';
};

/** An event without a pointer is stored first; its own id names the delivery, so that a repeat is known as one. */
const stored = async (evidence: Evidences, message: Message, fields: Fields): Promise<Raw> => {
  const source = sourceOf(fields);
  const bytes = new TextEncoder().encode(message.body);
  const hash = sha256(bytes);
  const raw: Raw = {
    source,
    delivery: `bus:${isText(fields['id']) ? fields['id'] : hash}#0`,
    rawRef: `raw/${source}/${hash}`,
    received: instantOf(message.sentAt),
  };
  await evidence.put(raw.rawRef, source, bytes, raw.received);
  return raw;
};

export const rawOf = async (evidence: Evidences, message: Message): Promise<Raw> => {
  const value = parsed(message.body);
  const fields: Fields = typeof value === 'object' && value !== null ? (value as Fields) : {};
  return pointer(fields) ?? stored(evidence, message, fields);
};
