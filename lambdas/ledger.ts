// Decides how a function reaches the ledger and the lanes: one client each, made at cold start.
import { type Documents, documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { sqsClient, sqsQueues } from '#adapters/sqs/queues.ts';
import type { Ledger, Queues } from '#flow/ports.ts';

type TableEnv = { readonly LEDGER_TABLE: string; readonly LEDGER_SHARDS: number };
type LaneEnv = {
  readonly ASSESS_QUEUE_URL?: string;
  readonly NOTIFY_QUEUE_URL?: string;
  readonly PAGE_QUEUE_URL?: string;
  readonly TICKET_QUEUE_URL?: string;
  readonly OTHER_QUEUE_URL?: string;
};

export const tableOf = (env: TableEnv, documents: Documents = documentClient()) => ({
  documents,
  table: env.LEDGER_TABLE,
  shards: env.LEDGER_SHARDS,
});

export const ledgerOf = (env: TableEnv): Ledger => dynamoLedger(tableOf(env));

/** The queues whose address this function was given. */
export const lanesOf = (env: LaneEnv): Queues =>
  sqsQueues({
    client: sqsClient(),
    ...(env.ASSESS_QUEUE_URL === undefined ? {} : { assess: env.ASSESS_QUEUE_URL }),
    lanes: {
      ...(env.NOTIFY_QUEUE_URL === undefined ? {} : { notify: env.NOTIFY_QUEUE_URL }),
      ...(env.PAGE_QUEUE_URL === undefined ? {} : { page: env.PAGE_QUEUE_URL }),
      ...(env.TICKET_QUEUE_URL === undefined ? {} : { ticket: env.TICKET_QUEUE_URL }),
      ...(env.OTHER_QUEUE_URL === undefined ? {} : { other: env.OTHER_QUEUE_URL }),
    },
  });
