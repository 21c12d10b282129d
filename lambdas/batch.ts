// Decides what is told to SQS about a batch: exactly the messages that failed, by their own ids, never a malformed answer (F-02).
import type { SQSBatchResponse } from 'aws-lambda';
import { failureOf } from '#flow/failure.ts';
import type { Log } from '#flow/ports.ts';

export type Message = { readonly id: string; readonly body: string; readonly sentAt: number };

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const messageOf = (record: unknown): readonly Message[] => {
  const { messageId, body, attributes } = object(record);
  if (typeof messageId !== 'string' || messageId === '') return [];
  const sentAt = Number(object(attributes)['SentTimestamp']);
  return [{ id: messageId, body: typeof body === 'string' ? body : '', sentAt: Number.isFinite(sentAt) && sentAt > 0 ? sentAt : 0 }];
};

/** The messages of an event; whatever is not one is left out. */
export const messagesOf = (event: unknown): readonly Message[] => {
  const { Records: records } = object(event);
  return Array.isArray(records) ? records.flatMap(messageOf) : [];
};

export const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
};

/** One after the other: two copies of one message in a batch never run at once. A throw fails that message and no other. */
export const eachMessage = async (event: unknown, log: Log, work: (message: Message) => Promise<void>): Promise<SQSBatchResponse> => {
  const messages = messagesOf(event);
  if (messages.length === 0) log.warn('no-messages', {});
  const failed = new Set<string>();
  for (const message of messages) {
    try {
      await work(message);
    } catch (cause) {
      failed.add(message.id);
      log.warn('message-failed', failureOf(cause));
    }
  }
  return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
};
