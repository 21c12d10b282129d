// Decides how receipts are counted: by source and disposition, from the receipts themselves (D-9).
import type { Ledger, Receipt } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { receiptPartition, sourcesKey } from './keys.ts';
import { collect, countAll, paginate } from './paginate.ts';

type Counted = Awaited<ReturnType<Ledger['intake']>>[number];

const dispositions: readonly Receipt['disposition'][] = ['attached', 'assessed', 'duplicate', 'quarantined'];

const countOf = async (settings: TableSettings, source: string, disposition: Receipt['disposition']): Promise<Counted> => {
  const counts = await Promise.all(
    Array.from({ length: settings.shards }, (_, shard) =>
      countAll(settings.documents, 'counting receipts', {
        TableName: settings.table,
        KeyConditionExpression: 'PK = :receipts',
        FilterExpression: '#disposition = :disposition',
        ExpressionAttributeNames: { '#disposition': 'disposition' },
        ExpressionAttributeValues: { ':receipts': receiptPartition(source, shard), ':disposition': disposition },
      }),
    ),
  );
  return { source, disposition, count: counts.reduce((sum, count) => sum + count, 0) };
};

/** Receipts by source and disposition. What was stored raw is counted by whoever stores it; the ledger does not see it. */
export const intake = async (settings: TableSettings): Promise<readonly Counted[]> => {
  const sources = await collect(
    paginate(settings.documents, 'listing sources', {
      TableName: settings.table,
      KeyConditionExpression: 'PK = :sources',
      ExpressionAttributeValues: { ':sources': sourcesKey('').PK },
    }),
  );
  const counted: Counted[] = [];
  for (const source of sources) {
    for (const disposition of dispositions) counted.push(await countOf(settings, String(source['SK']), disposition));
  }
  return counted.filter((line) => line.count > 0);
};
