// Decides whether the stand-in of AWS may be believed: the DynamoDB adapters keep their whole contract on it, as on any other world.
import { documentClient } from '#adapters/dynamodb/client.ts';
import { dynamoCorrelations } from '#adapters/dynamodb/correlations.ts';
import { dynamoLedger } from '#adapters/dynamodb/ledger.ts';
import { openStandIn } from '#bench/stand-in/server.ts';
import { correlationsContract } from '#test/contract/correlations.ts';
import { ledgerContract } from '#test/contract/ledger.ts';
import { vi } from 'vitest';

for (const [name, value] of Object.entries({ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-central-1' }))
  vi.stubEnv(name, value);

const open = async (shape: { readonly shards: number; readonly pageSize?: number }) => {
  const standIn = await openStandIn(() => ({}));
  const documents = documentClient({ endpoint: standIn.url });
  const close = async (): Promise<void> => {
    documents.destroy();
    await standIn.close();
  };
  return { settings: { documents, table: 'ledger', ...shape }, close };
};

ledgerContract('the stand-in', async () => {
  const { settings, close } = await open({ shards: 4, pageSize: 3 });
  return { ledger: dynamoLedger(settings), epochs: false, remote: true, close };
});

correlationsContract('the stand-in', async () => {
  const { settings, close } = await open({ shards: 4, pageSize: 3 });
  return { correlations: dynamoCorrelations(settings), close };
});
