// Decides how the stand-in's one table behaves: conditions, transactions, indexes and pages as DynamoDB has them, and the units of each call.
import { type Words, condition, updated } from './expression.ts';
import { type Index, type Item, entryOf, indexes, overhead, readUnits, sizeOf, unitsOfWrite } from './item.ts';

/** What a call answers, and what it consumed. `error` is the name of DynamoDB's exception. */
export type Reply = { readonly body: unknown; readonly error?: string; readonly read?: number; readonly write?: number };

type Write = Words & {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
};
type Query = Words & {
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ConsistentRead?: boolean;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly Select?: string;
  readonly ExclusiveStartKey?: Item;
};

/** A page ends after this, found or filtered (F-24). */
const pageBytes = 1_048_576;

const text = (item: Item | undefined, name: string): string => String(item?.[name]?.['S'] ?? '');

type Store = Map<string, Map<string, Item>>;

const find = (store: Store, key: Item | undefined): Item | undefined => store.get(text(key, 'PK'))?.get(text(key, 'SK'));

const keep = (store: Store, item: Item): void => {
  const partition = store.get(text(item, 'PK')) ?? new Map<string, Item>();
  store.set(text(item, 'PK'), partition);
  partition.set(text(item, 'SK'), item);
};

type Planned = { readonly before: Item | undefined; readonly after: Item; readonly holds: boolean };

const planned = (store: Store, write: Write): Planned => {
  const before = find(store, write.Item ?? write.Key);
  const holds = condition(write, write.ConditionExpression)(before);
  const base = { ...write.Key, ...before };
  const after = write.Item ?? (holds && write.UpdateExpression !== undefined ? updated(write, write.UpdateExpression, base) : base);
  return { before, after, holds };
};

const writeOne = (store: Store, write: Write): Reply => {
  const { before, after, holds } = planned(store, write);
  const consumed = unitsOfWrite(before, holds ? after : before, false);
  if (!holds) {
    const standing = write.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before ? { Item: before } : {};
    return { error: 'ConditionalCheckFailedException', body: { message: 'The conditional request failed', ...standing }, write: consumed };
  }
  keep(store, after);
  return { body: write.UpdateExpression === undefined ? {} : { Attributes: after }, write: consumed };
};

type Transaction = {
  readonly TransactItems: readonly { readonly Put?: Write; readonly ConditionCheck?: Write }[];
  readonly ClientRequestToken?: string;
};

const transact = (store: Store, tokens: Set<string>, { TransactItems, ClientRequestToken = '' }: Transaction): Reply => {
  const plans = TransactItems.map(({ Put, ConditionCheck }) => planned(store, Put ?? ConditionCheck ?? {}));
  // The same token again is the first one's success again, billed as reads (F-21).
  if (tokens.has(ClientRequestToken))
    return { body: {}, read: plans.reduce((sum, { after }) => sum + 2 * readUnits(sizeOf(after), true), 0) };
  const write = plans.reduce((sum, { before, after, holds }) => sum + unitsOfWrite(before, holds ? after : before, true), 0);
  if (plans.some(({ holds }) => !holds)) {
    const CancellationReasons = plans.map(({ holds }) => ({ Code: holds ? 'None' : 'ConditionalCheckFailed' }));
    return { error: 'TransactionCanceledException', body: { message: 'Transaction cancelled', CancellationReasons }, write };
  }
  if (ClientRequestToken !== '') tokens.add(ClientRequestToken);
  for (const [i, { after }] of plans.entries()) if (TransactItems[i]?.Put) keep(store, after);
  return { body: {}, write };
};

type Sorted = { readonly key: string; readonly item: Item };

/** What the key condition's partition holds: of the table, or of an index. */
const candidates = (store: Store, asked: Query, index: Index | undefined): readonly Item[] => {
  const [, name = ''] = /^\w*PK = (:\w+)/.exec(asked.KeyConditionExpression) ?? [];
  const wanted = String(asked.ExpressionAttributeValues?.[name]?.['S']);
  if (!index) return [...(store.get(wanted)?.values() ?? [])];
  const found: Item[] = [];
  for (const partition of store.values())
    for (const item of partition.values()) if (text(item, index.partition) === wanted) found.push(entryOf(index, item) ?? {});
  return found;
};

const startsAfter = (sorted: readonly Sorted[], start: string | undefined, forward: boolean): readonly Sorted[] =>
  start === undefined ? sorted : sorted.filter(({ key }) => (forward ? key > start : key < start));

const pageOf = (sorted: readonly Sorted[], limit: number): readonly Sorted[] => {
  let size = 0;
  let end = 0;
  while (end < sorted.length && end < limit && size < pageBytes) {
    size += sizeOf(sorted[end]?.item);
    end += 1;
  }
  return sorted.slice(0, end);
};

const query = (store: Store, asked: Query): Reply => {
  const index = indexes.find((one) => one.name === asked.IndexName);
  const matches = condition(asked, asked.KeyConditionExpression);
  const filter = condition(asked, asked.FilterExpression);
  const sortKey = (item: Item): string => [index?.sort ?? 'SK', 'PK', 'SK'].map((name) => text(item, name)).join('\0');
  const forward = asked.ScanIndexForward !== false;
  const found = candidates(store, asked, index)
    .filter(matches)
    .map((item) => ({ key: sortKey(item), item }))
    .sort((a, b) => (a.key < b.key ? -1 : 1) * (forward ? 1 : -1));
  const rest = startsAfter(found, asked.ExclusiveStartKey && sortKey(asked.ExclusiveStartKey), forward);
  const page = pageOf(rest, asked.Limit ?? Number.POSITIVE_INFINITY);
  const items = page.map(({ item }) => item);
  const last = items.at(-1);
  const kept = items.filter(filter);
  const names = ['PK', 'SK', ...(index ? [index.partition, index.sort] : [])];
  return {
    body: {
      Count: kept.length,
      ScannedCount: items.length,
      ...(asked.Select === 'COUNT' ? {} : { Items: kept }),
      // A limit that was reached leaves a mark even where nothing follows.
      ...(last && (page.length < rest.length || page.length === asked.Limit)
        ? { LastEvaluatedKey: Object.fromEntries(names.map((name) => [name, last[name]])) }
        : {}),
    },
    read: readUnits(
      items.reduce((sum, item) => sum + sizeOf(item), 0),
      asked.ConsistentRead === true,
    ),
  };
};

type Batch = { readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>> };

const batchGet = (store: Store, { RequestItems }: Batch): Reply => {
  let read = 0;
  const answers = Object.entries(RequestItems).map(([table, { Keys, ConsistentRead }]) => {
    const items = Keys.flatMap((key) => find(store, key) ?? []);
    read += Keys.reduce((sum, key) => sum + readUnits(sizeOf(find(store, key)), ConsistentRead === true), 0);
    return [table, items] as const;
  });
  return { body: { Responses: Object.fromEntries(answers), UnprocessedKeys: {} }, read };
};

export type Table = {
  /** `undefined` for an operation that our adapters do not use. */
  readonly call: (operation: string, request: unknown) => Reply | undefined;
  /** Bytes of items and index entries, as storage bills them. */
  readonly stored: () => number;
};

export const openTable = (): Table => {
  const store: Store = new Map();
  const tokens = new Set<string>();
  const get = (request: { readonly Key: Item; readonly ConsistentRead?: boolean }): Reply => {
    const item = find(store, request.Key);
    return { body: item ? { Item: item } : {}, read: readUnits(sizeOf(item), request.ConsistentRead === true) };
  };
  const operations: Readonly<Record<string, (request: never) => Reply>> = {
    GetItem: get,
    PutItem: (request) => writeOne(store, request),
    UpdateItem: (request) => writeOne(store, request),
    TransactWriteItems: (request) => transact(store, tokens, request),
    Query: (request) => query(store, request),
    BatchGetItem: (request) => batchGet(store, request),
  };
  return {
    call: (operation, request) => operations[operation]?.(request as never),
    stored: () => {
      const items = [...store.values()].flatMap((one) => [...one.values()]);
      const entries = items.flatMap((item) => indexes.map((index) => entryOf(index, item)).filter((one) => one !== undefined));
      return [...items, ...entries].reduce((sum, item) => sum + sizeOf(item) + overhead, 0);
    },
  };
};
