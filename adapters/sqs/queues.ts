// Decides how messages reach the stages on AWS: ten at a time, what SQS leaves out is sent again, nothing is dropped in silence.
import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { DutyRef, Lane } from '#core/duty/duty.ts';
import { PortError, type Queues, type Raw } from '#flow/ports.ts';

/** Queue URLs. A function that may not send to a queue has no URL of it. */
export type QueueSettings = {
  readonly client: SQSClient;
  readonly assess?: string;
  readonly lanes?: Readonly<Partial<Record<Lane, string>>>;
  readonly pause?: (milliseconds: number) => Promise<void>;
};

const batchSize = 10;
const tries = 3;

/** The SDK itself does not repeat: what failed within a batch is ours to see. */
export const sqsClient = (settings: { readonly region?: string } = {}): SQSClient =>
  new SQSClient({
    ...settings,
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Batch = readonly { readonly Id: string; readonly MessageBody: string }[];

const codeOf = (cause: unknown): string => (cause instanceof Error ? cause.name : 'unknown');

/** One call; returns what SQS did not take. An entry it calls the sender's fault will never be taken. */
const sendOnce = async (client: SQSClient, url: string, batch: Batch): Promise<Batch> => {
  const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [...batch] })).catch((cause: unknown) => {
    const kind = /AccessDenied|NonExistentQueue|InvalidAddress|InvalidMessageContents|BatchRequestTooLong/.test(codeOf(cause))
      ? 'refused'
      : 'again';
    throw new PortError('queues', kind, `sending to a queue: SQS answered ${codeOf(cause)}`, { cause });
  });
  const failed = answer.Failed ?? [];
  const fault = failed.find((entry) => entry.SenderFault === true);
  if (fault) throw new PortError('queues', 'refused', `SQS refused a message: ${fault.Code ?? 'no code'}`);
  const ids = new Set(failed.map((entry) => entry.Id));
  return batch.filter((entry) => ids.has(entry.Id));
};

const sendBatch = async (settings: QueueSettings, url: string, batch: Batch): Promise<void> => {
  const pause = settings.pause ?? sleep;
  let left = batch;
  for (let attempt = 1; left.length > 0; attempt += 1) {
    left = await sendOnce(settings.client, url, left);
    if (left.length === 0) return;
    if (attempt === tries)
      throw new PortError('queues', 'again', `SQS left ${left.length} of ${batch.length} messages out, ${tries} times`);
    await pause(Math.ceil(Math.random() * 50 * 2 ** attempt));
  }
};

const sendAll = async (settings: QueueSettings, url: string, bodies: readonly unknown[]): Promise<void> => {
  for (let start = 0; start < bodies.length; start += batchSize) {
    const batch = bodies.slice(start, start + batchSize).map((body, i) => ({ Id: String(i), MessageBody: JSON.stringify(body) }));
    await sendBatch(settings, url, batch);
  }
};

const granted = (url: string | undefined, queue: string): string => {
  if (url === undefined) throw new Error(`this function has no right to send to the queue "${queue}"; its settings name no URL for it`);
  return url;
};

export const sqsQueues = (settings: QueueSettings): Queues => ({
  sendRaw: async (messages: readonly Raw[]) => {
    if (messages.length > 0) await sendAll(settings, granted(settings.assess, 'assess'), messages);
  },
  wake: async (lane: Lane, refs: readonly DutyRef[]) => {
    if (refs.length === 0) return;
    const bodies = refs.map(({ subject, id }) => ({ subject, id }));
    await sendAll(settings, granted(settings.lanes?.[lane], lane), bodies);
  },
});
