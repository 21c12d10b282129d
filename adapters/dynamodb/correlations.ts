// Decides how members of correlation groups stand in DynamoDB: one partition a group, sorted by event time (detection.md 6.2).
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Member, nearestMembers } from '#core/detection/rule.ts';
import { type Duration, type Instant, durationOf, instantOf, minus, plus } from '#core/kernel/time.ts';
import type { Correlations } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { worldFailed } from './failure.ts';
import { memberKey, stamp } from './keys.ts';
import { type Item, paginate } from './paginate.ts';

/** The same member again is the same item: a redelivery changes nothing. */
const put = async (settings: TableSettings, group: string, member: Member, expires: Instant): Promise<void> => {
  const item = {
    ...member,
    ...memberKey(group, member.time, `${member.stage}#${member.id}`),
    v: 1,
    // Erasure only, never a timer (F-22): seconds, rounded up.
    ttl: Math.ceil(expires / 1_000),
  };
  await settings.documents.send(new PutCommand({ TableName: settings.table, Item: item })).catch((cause: unknown) => {
    throw worldFailed('correlations', 'adding a member', cause);
  });
};

const memberOf = (item: Item): Member => {
  const { PK: _p, SK: _s, v: _v, ttl: _t, ...member } = item;
  return member as Member;
};

type Side = { readonly from: string; readonly to: string; readonly forward: boolean };

/** One side of an event, nearest first, at most `nearestMembers`: one page in practice, read on only where pages are small. */
const side = async (settings: TableSettings, group: string, { from, to, forward }: Side): Promise<readonly Item[]> => {
  const found: Item[] = [];
  const pages = paginate(settings.documents, 'reading a group', {
    TableName: settings.table,
    KeyConditionExpression: 'PK = :group AND SK BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':group': memberKey(group, instantOf(0), '').PK, ':from': from, ':to': to },
    ConsistentRead: true,
    ScanIndexForward: forward,
    Limit: settings.pageSize ?? nearestMembers,
  });
  for await (const item of pages) {
    found.push(item);
    if (found.length >= nearestMembers) break;
  }
  return found;
};

const around = async (settings: TableSettings, group: string, time: Instant, window: Duration): Promise<readonly Item[]> => {
  // Everything of a millisecond lies below the next one's prefix.
  const next = stamp(plus(time, durationOf(1)));
  const before = await side(settings, group, { from: stamp(minus(time, window)), to: next, forward: false });
  const after = await side(settings, group, { from: next, to: stamp(plus(time, durationOf(window + 1))), forward: true });
  return [...before.toReversed(), ...after];
};

export const dynamoCorrelations = (settings: TableSettings): Correlations => ({
  add: async (group, member, window, expires) => {
    await put(settings, group, member, expires);
    return (await around(settings, group, member.time, window)).map(memberOf);
  },
});
