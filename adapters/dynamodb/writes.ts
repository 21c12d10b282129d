// Decides how a commit becomes one transaction: every write with its condition, all or nothing, own repetition harmless.
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { derived } from '#core/kernel/hash.ts';
import { PortError, type DutySeen, type Write } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { clashed, conditionFailed, worldFailed } from './failure.ts';
import { caseItem, dutyItem, entryItem, incidentItem, receiptItem, signalItem } from './items.ts';
import type { Item } from './paginate.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Condition = Omit<NonNullable<TransactItem['Put']>, 'Item' | 'TableName'>;

/** DynamoDB's limit of one transaction. */
const itemsAtMost = 100;
const tries = 4;

const absent: Condition = { ConditionExpression: 'attribute_not_exists(PK)' };

/** A receipt stays, but for one: what was quarantined may be read after all. */
const unread: Condition = {
  ConditionExpression: '#disposition = :disposition',
  ExpressionAttributeNames: { '#disposition': 'disposition' },
  ExpressionAttributeValues: { ':disposition': 'quarantined' },
};

const stillAt = (ver: number): Condition => ({
  ConditionExpression: '#ver = :ver',
  ExpressionAttributeNames: { '#ver': 'ver' },
  ExpressionAttributeValues: { ':ver': ver },
});
const atVersion = (ver: number): Condition => (ver === 0 ? absent : stillAt(ver));

const asSeen = ({ gen, state, seq, nextAt }: DutySeen): Condition => ({
  ConditionExpression: `#gen = :gen AND #state = :state${seq === undefined ? '' : ' AND #head.#seq = :seq'}${nextAt === undefined ? '' : ' AND #nextAt = :nextAt'}`,
  ExpressionAttributeNames: {
    '#gen': 'gen',
    '#state': 'state',
    ...(seq === undefined ? {} : { '#head': 'head', '#seq': 'seq' }),
    ...(nextAt === undefined ? {} : { '#nextAt': 'nextAt' }),
  },
  ExpressionAttributeValues: {
    ':gen': gen,
    ':state': state,
    ...(seq === undefined ? {} : { ':seq': seq }),
    ...(nextAt === undefined ? {} : { ':nextAt': nextAt }),
  },
});

const planned = (write: Write, shards: number): { readonly item: Item; readonly condition: Condition } => {
  switch (write.put) {
    case 'incident':
      return { item: incidentItem(write.incident, shards), condition: atVersion(write.ifVer) };
    case 'duty':
      return { item: dutyItem(write.duty, shards), condition: write.if === 'absent' ? absent : asSeen(write.if) };
    case 'case':
      return { item: caseItem(write.record), condition: atVersion(write.ifVer) };
    case 'receipt':
      return { item: receiptItem(write.receipt, shards), condition: write.if === 'quarantined' ? unread : absent };
    case 'signal':
      return { item: signalItem(write.signal), condition: write.if === 'absent' ? absent : stillAt(write.if.incidents) };
    case 'entry':
      return { item: entryItem(write.entry, shards), condition: absent };
  }
};

const transaction = (settings: TableSettings, writes: readonly Write[]): TransactWriteCommandInput => {
  const items = writes.map((write) => {
    const { item, condition } = planned(write, settings.shards);
    return { Put: { TableName: settings.table, Item: item, ...condition } };
  });
  // The hash of all that is sent, the table's name too: our own second try is the first one again, within ten minutes (F-19, F-21),
  // and two tables of one account never share a token.
  return { TransactItems: items, ClientRequestToken: derived(items) };
};

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Another transaction on the same item ends within milliseconds: worth a short wait, not a lost turn (F-20). */
const patiently = async (settings: TableSettings, send: () => Promise<unknown>): Promise<void> => {
  const pause = settings.pause ?? sleep;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return;
    } catch (cause) {
      if (attempt === tries || conditionFailed(cause) || !clashed(cause)) throw cause;
      await pause(Math.ceil(Math.random() * 25 * 2 ** attempt));
    }
  }
};

/** Commits, or says which: `conflict` when a condition failed, PortError when the world did. */
export const commit = async (settings: TableSettings, writes: readonly Write[]): Promise<'committed' | 'conflict'> => {
  if (writes.length === 0) return 'committed';
  if (writes.length > itemsAtMost) {
    throw new PortError(
      'ledger',
      'refused',
      `a commit of ${writes.length} items is over DynamoDB's limit of ${itemsAtMost}: split it into fan-out duties`,
    );
  }
  const input = transaction(settings, writes);
  try {
    await patiently(settings, () => settings.documents.send(new TransactWriteCommand(input)));
    return 'committed';
  } catch (cause) {
    if (conditionFailed(cause)) return 'conflict';
    throw worldFailed('ledger', 'committing', cause);
  }
};
