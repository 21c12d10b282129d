// Decides how members of correlation groups stand in DynamoDB: one partition a group, sorted by event time (detection.md 6.2).
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Member } from '#core/detection/rule.ts';
import { type Duration, type Instant, minus, plus } from '#core/kernel/time.ts';
import type { Correlations } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { worldFailed } from './failure.ts';
import { memberKey, stamp } from './keys.ts';
import { type Item, collect, paginate } from './paginate.ts';

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

const around = (settings: TableSettings, group: string, time: Instant, window: Duration): Promise<readonly Item[]> =>
  collect(
    paginate(settings.documents, 'reading a group', {
      TableName: settings.table,
      KeyConditionExpression: 'PK = :group AND SK BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':group': memberKey(group, time, '').PK,
        ':from': stamp(minus(time, window)),
        // Everything of the last millisecond lies below the next one's prefix.
        ':to': stamp(plus(time, window) + 1),
      },
      ConsistentRead: true,
      ...(settings.pageSize === undefined ? {} : { Limit: settings.pageSize }),
    }),
  );

export const dynamoCorrelations = (settings: TableSettings): Correlations => ({
  add: async (group, member, window, expires) => {
    await put(settings, group, member, expires);
    return (await around(settings, group, member.time, window)).map(memberOf);
  },
});
