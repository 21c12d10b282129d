// Decides that a query is read to its end: all pages, and all partitions of an index merged into one order (F-24, F-25).
import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Documents } from './client.ts';
import { worldFailed } from './failure.ts';

export type Item = Readonly<Record<string, unknown>>;

/** Every item of a query. A page without items is not the end; only a missing LastEvaluatedKey is. */
export async function* paginate(documents: Documents, doing: string, query: QueryCommandInput): AsyncGenerator<Item> {
  let from: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(new QueryCommand({ ...query, ExclusiveStartKey: from })).catch((cause: unknown) => {
      throw worldFailed('ledger', doing, cause);
    });
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}

/** How many items a query matches: every page's count. */
export const countAll = async (documents: Documents, doing: string, query: QueryCommandInput): Promise<number> => {
  let from: Record<string, unknown> | undefined;
  let count = 0;
  do {
    const page = await documents.send(new QueryCommand({ ...query, Select: 'COUNT', ExclusiveStartKey: from })).catch((cause: unknown) => {
      throw worldFailed('ledger', doing, cause);
    });
    count += page.Count ?? 0;
    from = page.LastEvaluatedKey;
  } while (from);
  return count;
};

export const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

type Head<T> = { readonly value: T; readonly rest: AsyncIterator<T> };

const advance = async <T>(rest: AsyncIterator<T>): Promise<readonly Head<T>[]> => {
  const next = await rest.next();
  return next.done === true ? [] : [{ value: next.value, rest }];
};

/** Several sorted streams as one sorted stream: the partitions of a sharded index. */
export async function* merged<T>(streams: readonly AsyncIterable<T>[], before: (a: T, b: T) => boolean): AsyncGenerator<T> {
  const started = await Promise.all(streams.map((stream) => advance(stream[Symbol.asyncIterator]())));
  let heads: readonly Head<T>[] = started.flat();
  for (;;) {
    const [first, ...others] = heads;
    if (!first) return;
    const least = others.reduce((best, head) => (before(head.value, best.value) ? head : best), first);
    yield least.value;
    heads = [...heads.filter((head) => head !== least), ...(await advance(least.rest))];
  }
}
