// Decides how the table remembers when each source was heard of: one item a source, written at most once a minute by each process.
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Heard, heardAgain, isHearing, notedEvery } from '#core/signal/heard.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Receipt, Write } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { worldFailed } from './failure.ts';
import { sourcesKey } from './keys.ts';
import { type Item, paginate } from './paginate.ts';

const heardOf = (item: Item | undefined): Heard | undefined => {
  if (typeof item?.['at'] !== 'number') return undefined;
  const { PK: _, SK: source, v: _v, ...rest } = item;
  return { source, ...rest } as Heard;
};

export const heard = async (settings: TableSettings): Promise<readonly Heard[]> => {
  const all: Heard[] = [];
  const items = paginate(settings.documents, 'reading when sources were heard', {
    TableName: settings.table,
    KeyConditionExpression: 'PK = :sources',
    ExpressionAttributeValues: { ':sources': sourcesKey('').PK },
    ConsistentRead: true,
  });
  for await (const item of items) all.push(...[heardOf(item)].flatMap((one) => one ?? []));
  return all;
};

const newItem = (before: Item | undefined, { source, delivery, at }: Receipt): Item | undefined => {
  if (!isHearing(delivery)) return before ? undefined : {};
  const { source: _, ...item } = heardAgain(heardOf(before), source, at);
  return item;
};

/** Two processes may write at once, a minute apart at most: the last one stands, and is as good. */
const note = async ({ documents, table }: TableSettings, receipt: Receipt): Promise<void> => {
  const Key = sourcesKey(receipt.source);
  const { Item: before } = await documents.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
  const item = newItem(before, receipt);
  if (item) await documents.send(new PutCommand({ TableName: table, Item: { ...Key, ...item, v: 1 } }));
};

/**
 * Before a source's first receipt it is put on the list of those seen, because receipts are counted by it; from then on it is noted there
 * that it was heard. Outside the transaction, so that none conflicts.
 */
export const sourceList = (settings: TableSettings) => {
  const last = new Map<string, Instant>();
  return async (writes: readonly Write[]): Promise<void> => {
    for (const write of writes) {
      if (write.put !== 'receipt' || write.if !== undefined) continue;
      const { receipt } = write;
      const key = `${isHearing(receipt.delivery)} ${receipt.source}`;
      if (receipt.at - (last.get(key) ?? Number.NEGATIVE_INFINITY) < notedEvery) continue;
      await note(settings, receipt).catch((cause: unknown) => {
        throw worldFailed('ledger', 'noting a source', cause);
      });
      last.set(key, receipt.at);
    }
  };
};
