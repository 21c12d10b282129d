// Decides how DynamoDB is spoken to: one client, connections kept, every call with an end.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export type Documents = DynamoDBDocumentClient;

/** What a ledger stands on. `pageSize` is for tests: small pages prove that all are read (F-24). */
export type TableSettings = {
  readonly documents: Documents;
  readonly table: string;
  /** Partitions of the due index and of the lists. May be raised, never lowered: readers ask for all of them (6.5). */
  readonly shards: number;
  readonly pageSize?: number;
  /** Waits between two tries of a transaction. Tests pass their own. */
  readonly pause?: (milliseconds: number) => Promise<void>;
};

/**
 * The SDK may repeat a call by itself here: transactions carry a token, claims recognise themselves (F-19, F-21),
 * and every other write is conditional or the same again.
 */
export const documentClient = (settings: { readonly endpoint?: string; readonly region?: string } = {}): Documents =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...settings,
      maxAttempts: 3,
      retryMode: 'standard',
      requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
