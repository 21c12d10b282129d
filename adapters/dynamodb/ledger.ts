// Decides how the duty ledger stands in DynamoDB: one table, strong reads, conditional writes (reliability.md 6.2, 6.3).
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Ledger } from '#flow/ports.ts';
import { claim, intend } from './claim.ts';
import type { TableSettings } from './client.ts';
import { worldFailed } from './failure.ts';
import { heard, sourceList } from './heard.ts';
import { intake } from './intake.ts';
import { attemptOf, caseOf, dutyOf, incidentOf, knownOr, receiptOf, signalOf } from './items.ts';
import { type Key, attemptsPrefix, caseKey, dutiesPrefix, dutyKey, incidentKey, receiptKey, signalKey } from './keys.ts';
import { due, entries, entriesOf, incidents, nextWake, quarantined } from './lists.ts';
import { type Item, collect, paginate } from './paginate.ts';
import { commit } from './writes.ts';

const get = async (settings: TableSettings, key: Key): Promise<Item | undefined> => {
  const answer = await settings.documents
    .send(new GetCommand({ TableName: settings.table, Key: key, ConsistentRead: true }))
    .catch((cause: unknown) => {
      throw worldFailed('ledger', 'reading', cause);
    });
  return answer.Item;
};

const below = (settings: TableSettings, prefix: Key): Promise<readonly Item[]> =>
  collect(
    paginate(settings.documents, 'reading a subject', {
      TableName: settings.table,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :sk)',
      ExpressionAttributeValues: { ':pk': prefix.PK, ':sk': prefix.SK },
      ConsistentRead: true,
      ...(settings.pageSize === undefined ? {} : { Limit: settings.pageSize }),
    }),
  );

/** The ledger on AWS. Epochs play no part: leases are by time here (D-7). */
export const dynamoLedger = (settings: TableSettings): Ledger => {
  const noteSources = sourceList(settings);
  return {
    incident: async (id) => incidentOf(await get(settings, incidentKey(id))),
    incidents: (onStranger) => incidents(settings, onStranger),
    duty: async (ref) => dutyOf(await get(settings, dutyKey(ref))),
    dutiesOf: async (subject, onStranger) =>
      (await below(settings, dutiesPrefix(subject))).flatMap((item) => knownOr(item, dutyOf, onStranger) ?? []),
    caseOf: async (key) => caseOf(await get(settings, caseKey(key))),
    signal: async (id) => signalOf(await get(settings, signalKey(id))),
    receipt: async (source, delivery) => receiptOf(await get(settings, receiptKey(source, delivery, settings.shards))),
    due: (lane, now) => due(settings, lane, now),
    nextWake: () => nextWake(settings),
    claim: (wanted) => claim(settings, wanted),
    intend: (attempt) => intend(settings, attempt),
    attemptsOf: async (ref) => (await below(settings, attemptsPrefix(ref))).map(attemptOf),
    commit: async (writes) => {
      await noteSources(writes);
      return commit(settings, writes);
    },
    entriesOf: (chain) => entriesOf(settings, chain),
    entries: () => entries(settings),
    intake: () => intake(settings),
    heard: () => heard(settings),
    quarantined: (limit, source) => quarantined(settings, limit, source),
  };
};
