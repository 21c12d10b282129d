// Decides who gets a duty: one conditional update that raises the fence, and that knows its own write again (F-19, F-26).
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isOwnClaim } from '#core/duty/claim.ts';
import type { Attempt, Duty } from '#core/duty/duty.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Claim } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { conditionFailed, standing, worldFailed } from './failure.ts';
import { attemptItem, dutyOf } from './items.ts';
import { dueSort, dutyKey } from './keys.ts';

/** Attributes of the item in the way, in DynamoDB's own notation: the document client leaves errors as they are. */
type Standing = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

/** Numbers and text of the item in the way. */
const isMine = (cause: unknown, claim: Claim): boolean => {
  const old = standing(cause) as Standing | undefined;
  const leaseUntil = old?.['leaseUntil']?.N;
  return (
    old !== undefined &&
    leaseUntil !== undefined &&
    isOwnClaim({ owner: old['owner']?.S ?? '', gen: Number(old['gen']?.N), leaseUntil: instantOf(Number(leaseUntil)) }, claim)
  );
};

const update = (settings: TableSettings, claim: Claim): UpdateCommand =>
  new UpdateCommand({
    TableName: settings.table,
    Key: dutyKey(claim.ref),
    UpdateExpression:
      'SET #owner = :owner, #ownerEpoch = :epoch, #leaseUntil = :lease, #nextAt = :lease, X1SK = :due, #gen = #gen + :one, #attempts = #attempts + :one',
    // Leases are by time here (D-7), and only what stands in the due index can be claimed: a terminal duty can't.
    ConditionExpression: '#gen = :gen AND #state = :state AND #nextAt <= :now AND attribute_exists(X1PK)',
    ExpressionAttributeNames: {
      '#owner': 'owner',
      '#ownerEpoch': 'ownerEpoch',
      '#leaseUntil': 'leaseUntil',
      '#nextAt': 'nextAt',
      '#gen': 'gen',
      '#attempts': 'attempts',
      '#state': 'state',
    },
    ExpressionAttributeValues: {
      ':owner': claim.owner,
      ':epoch': claim.epoch,
      ':lease': claim.leaseUntil,
      ':due': dueSort(claim.leaseUntil, claim.ref),
      ':one': 1,
      ':gen': claim.seen.gen,
      ':state': claim.seen.state,
      ':now': claim.now,
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });

const reread = async (settings: TableSettings, claim: Claim): Promise<Duty | undefined> => {
  const { Item } = await settings.documents.send(
    new GetCommand({ TableName: settings.table, Key: dutyKey(claim.ref), ConsistentRead: true }),
  );
  const duty = dutyOf(Item);
  return duty?.owner === claim.owner && duty.gen === claim.seen.gen + 1 ? duty : undefined;
};

/** Takes the lease, or says that somebody else was faster. */
export const claim = async (settings: TableSettings, wanted: Claim): Promise<Duty | undefined> => {
  try {
    const { Attributes } = await settings.documents.send(update(settings, wanted));
    return dutyOf(Attributes);
  } catch (cause) {
    if (!conditionFailed(cause)) throw worldFailed('ledger', 'claiming', cause);
    if (!isMine(cause, wanted)) return undefined;
  }
  return reread(settings, wanted).catch((cause: unknown) => {
    throw worldFailed('ledger', 'reading an own claim', cause);
  });
};

/** The intent before an effect (I-27). An intent of the same instant that is there already is our own, tried again. */
export const intend = async (settings: TableSettings, attempt: Attempt): Promise<boolean> => {
  try {
    await settings.documents.send(
      new PutCommand({
        TableName: settings.table,
        Item: attemptItem(attempt),
        ConditionExpression: 'attribute_not_exists(PK)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return true;
  } catch (cause) {
    if (!conditionFailed(cause)) throw worldFailed('ledger', 'writing an intent', cause);
    const old = standing(cause) as Standing | undefined;
    return Number(old?.['intentAt']?.N) === attempt.intentAt;
  }
};
