// Decides how members of correlation groups stand in DynamoDB: one partition a group, sorted by event time (detection.md 6.2).
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Member, Reach } from '#core/detection/rule.ts';
import { type Instant, durationOf, instantOf, minus, plus } from '#core/kernel/time.ts';
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

type Side = { readonly from: string; readonly to: string; readonly forward: boolean; readonly atMost: number };

/** One side of an event, nearest first: one page in practice, read on only where pages are small or members many. */
const side = async (settings: TableSettings, group: string, { from, to, forward, atMost }: Side): Promise<readonly Item[]> => {
  const found: Item[] = [];
  const pages = paginate(settings.documents, 'reading a group', {
    TableName: settings.table,
    KeyConditionExpression: 'PK = :group AND SK BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':group': memberKey(group, instantOf(0), '').PK, ':from': from, ':to': to },
    ConsistentRead: true,
    ScanIndexForward: forward,
    Limit: settings.pageSize ?? atMost,
  });
  for await (const item of pages) {
    found.push(item);
    if (found.length >= atMost) break;
  }
  return found;
};

const around = async (settings: TableSettings, group: string, time: Instant, { window, atMost }: Reach): Promise<readonly Item[]> => {
  // Everything of a millisecond lies below the next one's prefix.
  const next = stamp(plus(time, durationOf(1)));
  const before = await side(settings, group, { from: stamp(minus(time, window)), to: next, forward: false, atMost });
  const after = await side(settings, group, { from: next, to: stamp(plus(time, durationOf(window + 1))), forward: true, atMost });
  return [...before.toReversed(), ...after];
};

/** So many saturated groups are remembered in a process: each of their events would read two thousand members again. */
const crowdsRemembered = 4;

/** What was read of groups of which more stand before a member than were asked for, and what was added since. */
const crowdMemory = () => {
  const crowds = new Map<string, readonly Member[]>();
  const isCrowd = (members: readonly Member[], { time }: Member, { atMost }: Reach): boolean =>
    members.filter((one) => one.time <= time).length >= atMost;
  return {
    /** Still more than asked for, told without reading; undefined where that has to be looked up. */
    known: (group: string, member: Member, reach: Reach): readonly Member[] | undefined => {
      const all = reach.whole ? crowds.get(group) : undefined;
      if (!all) return undefined;
      const known = all.filter((one) => one.time >= minus(member.time, reach.window) && one.time <= plus(member.time, reach.window));
      const near = known.some((one) => one.id === member.id && one.stage === member.stage) ? known : [...known, member];
      if (!isCrowd(near, member, reach)) return undefined;
      crowds.set(group, near.slice(-2 * reach.atMost));
      return near;
    },
    keep: (group: string, member: Member, { members, reach }: { readonly members: readonly Member[]; readonly reach: Reach }): void => {
      crowds.delete(group);
      if (!reach.whole || !isCrowd(members, member, reach)) return;
      crowds.set(group, members);
      for (const oldest of crowds.keys()) if (crowds.size > crowdsRemembered) crowds.delete(oldest);
    },
  };
};

export const dynamoCorrelations = (settings: TableSettings): Correlations => {
  const crowds = crowdMemory();
  return {
    add: async (group, member, reach, expires) => {
      await put(settings, group, member, expires);
      if (reach.atMost === 0) return [];
      const known = crowds.known(group, member, reach);
      if (known) return known;
      const members = (await around(settings, group, member.time, reach)).map(memberOf);
      crowds.keep(group, member, { members, reach });
      return members;
    },
    around: async (group, time, reach) => (await around(settings, group, time, reach)).map(memberOf),
  };
};
