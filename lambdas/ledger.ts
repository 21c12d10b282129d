// Decides how a function reaches the ledger: one client, made at cold start.
import { type Documents, documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import type { Ledger } from '#flow/ports.ts';

type TableEnv = { readonly LEDGER_TABLE: string; readonly LEDGER_SHARDS: number };

export const tableOf = (env: TableEnv, documents: Documents = documentClient()) => ({
  documents,
  table: env.LEDGER_TABLE,
  shards: env.LEDGER_SHARDS,
});

export const ledgerOf = (env: TableEnv): Ledger => dynamoLedger(tableOf(env));
