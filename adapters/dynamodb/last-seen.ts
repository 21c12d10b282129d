// Decides when each source was last heard of on AWS: read off the receipts, which lie in no order of time, so all of a source are looked at.
import { type Instant, instantOf } from '#core/kernel/time.ts';
import type { TableSettings } from './client.ts';
import { receiptPartition, sourcesKey } from './keys.ts';
import { collect, paginate } from './paginate.ts';

export type LastSeen = { readonly source: string; readonly at: Instant };

const lastIn = async (settings: TableSettings, source: string, shard: number): Promise<number> => {
  let last = 0;
  const receipts = paginate(settings.documents, 'reading receipts', {
    TableName: settings.table,
    KeyConditionExpression: 'PK = :receipts',
    ProjectionExpression: '#at',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':receipts': receiptPartition(source, shard) },
  });
  for await (const receipt of receipts) last = Math.max(last, Number(receipt['at'] ?? 0));
  return last;
};

export const lastSeen = async (settings: TableSettings): Promise<readonly LastSeen[]> => {
  const sources = await collect(
    paginate(settings.documents, 'listing sources', {
      TableName: settings.table,
      KeyConditionExpression: 'PK = :sources',
      ExpressionAttributeValues: { ':sources': sourcesKey('').PK },
    }),
  );
  return Promise.all(
    sources.map(async (item): Promise<LastSeen> => {
      const source = String(item['SK']);
      const shards = Array.from({ length: settings.shards }, (_, shard) => lastIn(settings, source, shard));
      return { source, at: instantOf(Math.max(0, ...(await Promise.all(shards)))) };
    }),
  );
};
