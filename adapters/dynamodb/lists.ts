// Decides how the lists are walked: an index nominates keys, the items themselves are read strongly (F-23).
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { Lane } from '#core/duty/duty.ts';
import type { Due } from '#core/duty/order.ts';
import { lanes } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type Instant, earliest, instantOf } from '#core/kernel/time.ts';
import type { Entry } from '#core/register/entry.ts';
import { type OnStranger, PortError, type Receipt } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { worldFailed } from './failure.ts';
import { entryOf, incidentOf, keyOf, knownOr, receiptOf } from './items.ts';
import {
  type ListName,
  chainOf,
  dueIndex,
  duePartition,
  entryKey,
  listIndex,
  listPartition,
  refOfKey,
  sourceOfReceipt,
  stamp,
  wakeOf,
} from './keys.ts';
import { type Item, collect, merged, paginate } from './paginate.ts';

/** DynamoDB's limit of one batch read. */
const readAtOnce = 100;
const tries = 5;

const shardNumbers = (settings: TableSettings): readonly number[] => Array.from({ length: settings.shards }, (_, shard) => shard);
const limited = (settings: TableSettings): { readonly Limit?: number } =>
  settings.pageSize === undefined ? {} : { Limit: settings.pageSize };

const sortOf = (name: 'X1SK' | 'X2SK') => (item: Item) => String(item[name]);
const ascending = (name: 'X1SK' | 'X2SK') => (a: Item, b: Item) => sortOf(name)(a) < sortOf(name)(b);
const descending = (name: 'X1SK' | 'X2SK') => (a: Item, b: Item) => sortOf(name)(a) > sortOf(name)(b);

const dueOf = (settings: TableSettings, partition: string, until: Instant): AsyncGenerator<Item> =>
  paginate(settings.documents, 'reading what is due', {
    TableName: settings.table,
    IndexName: dueIndex,
    KeyConditionExpression: 'X1PK = :lane AND X1SK < :end',
    // The end of time has no next millisecond: the highest stamp with anything behind it.
    ExpressionAttributeValues: { ':lane': partition, ':end': `${stamp(until)}#~` },
    ...limited(settings),
  });

const dueItem = (item: Item): Due => {
  const ref = refOfKey(keyOf(item));
  return {
    ...ref,
    nextAt: wakeOf(sortOf('X1SK')(item)),
    deadlineAt: instantOf(Number(item['deadlineAt'])),
    share: typeof item['controller'] === 'string' ? item['controller'] : ref.subject,
  };
};

/** What is due in a lane, all shards, earliest first. */
export async function* due(settings: TableSettings, lane: Lane, now: Instant): AsyncGenerator<Due> {
  const streams = shardNumbers(settings).map((shard) => dueOf(settings, duePartition(lane, shard), now));
  for await (const item of merged(streams, ascending('X1SK'))) yield dueItem(item);
}

const firstOf = async (settings: TableSettings, partition: string): Promise<readonly Instant[]> => {
  const stream = paginate(settings.documents, 'reading the next wake-up', {
    TableName: settings.table,
    IndexName: dueIndex,
    KeyConditionExpression: 'X1PK = :lane',
    ExpressionAttributeValues: { ':lane': partition },
    Limit: 1,
  });
  for await (const item of stream) return [wakeOf(sortOf('X1SK')(item))];
  return [];
};

/** The earliest wake-up of all lanes and shards. */
export const nextWake = async (settings: TableSettings): Promise<Instant | undefined> => {
  const partitions = lanes.flatMap((lane) => shardNumbers(settings).map((shard) => duePartition(lane, shard)));
  const firsts = (await Promise.all(partitions.map((partition) => firstOf(settings, partition)))).flat();
  return firsts.length === 0 ? undefined : earliest(...firsts);
};

const listed = (settings: TableSettings, list: ListName, latestFirst: boolean): AsyncGenerator<Item> =>
  merged(
    shardNumbers(settings).map((shard) =>
      paginate(settings.documents, 'reading a list', {
        TableName: settings.table,
        IndexName: listIndex,
        KeyConditionExpression: 'X2PK = :list',
        ExpressionAttributeValues: { ':list': listPartition(list, shard) },
        ScanIndexForward: !latestFirst,
        ...limited(settings),
      }),
    ),
    latestFirst ? descending('X2SK') : ascending('X2SK'),
  );

/** Reads the items of these keys strongly, in the order of the keys. What DynamoDB leaves out of an answer is asked for again. */
const whole = async (settings: TableSettings, keys: readonly Item[]): Promise<readonly Item[]> => {
  const found = new Map<string, Item>();
  const name = (item: Item): string => JSON.stringify(keyOf(item));
  let wanted = keys.map(keyOf);
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt === tries) throw new PortError('ledger', 'again', 'DynamoDB left items of a batch unread');
    const request = { [settings.table]: { Keys: wanted, ConsistentRead: true } };
    const answer = await settings.documents.send(new BatchGetCommand({ RequestItems: request })).catch((cause: unknown) => {
      throw worldFailed('ledger', 'reading a batch', cause);
    });
    for (const item of answer.Responses?.[settings.table] ?? []) found.set(name(item), item);
    wanted = (answer.UnprocessedKeys?.[settings.table]?.Keys ?? []).map(keyOf);
  }
  return keys.flatMap((key): readonly Item[] => [found.get(name(key)) ?? []].flat());
};

async function* inGroups(keys: AsyncIterable<Item>, size: number): AsyncGenerator<readonly Item[]> {
  let group: Item[] = [];
  for await (const key of keys) {
    group.push(key);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** All incidents, oldest opening first. */
export async function* incidents(settings: TableSettings, onStranger?: OnStranger): AsyncGenerator<Incident> {
  for await (const group of inGroups(listed(settings, 'INC', false), readAtOnce)) {
    for (const item of await whole(settings, group)) {
      const incident = knownOr(item, incidentOf, onStranger);
      if (incident) yield incident;
    }
  }
}

/** One chain of the register, in sequence. */
export const entriesOf = async (settings: TableSettings, chain: string): Promise<readonly Entry[]> => {
  const items = paginate(settings.documents, 'reading the register', {
    TableName: settings.table,
    KeyConditionExpression: 'PK = :chain',
    ExpressionAttributeValues: { ':chain': entryKey(chain, 1).PK },
    ConsistentRead: true,
    ...limited(settings),
  });
  return (await collect(items)).map(entryOf);
};

/** The whole register, by chain, then by sequence. */
export async function* entries(settings: TableSettings): AsyncGenerator<Entry> {
  for await (const key of listed(settings, 'CHAIN', false)) yield* await entriesOf(settings, chainOf(keyOf(key)));
}

/** The latest receipts of what could not be read, of one source or of all. */
export const quarantined = async (settings: TableSettings, limit: number, source?: string): Promise<readonly Receipt[]> => {
  const keys: Item[] = [];
  for await (const key of listed(settings, 'QUAR', true)) {
    if (keys.length >= limit) break;
    if (source === undefined || sourceOfReceipt(keyOf(key)) === source) keys.push(key);
  }
  const receipts: Receipt[] = [];
  for (let i = 0; i < keys.length; i += readAtOnce) {
    const read = (await whole(settings, keys.slice(i, i + readAtOnce))).flatMap((item) => receiptOf(item) ?? []);
    // The index may lag behind a replay (F-23).
    receipts.push(...read.filter((receipt) => receipt.disposition === 'quarantined'));
  }
  return receipts;
};
