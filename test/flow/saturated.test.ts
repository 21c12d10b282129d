// Holds that a rule which says nothing of a crowd says so: in the receipt, in the register, and to its owner once a day (D-27).
import { afterEach, describe, expect, it } from 'vitest';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import { type Member, numericMembers } from '#core/detection/rule.ts';
import { saturatedDuty } from '#core/duty/rule-duty.ts';
import { instantOf, rfc3339 } from '#core/kernel/time.ts';
import { audit } from '#flow/audit.ts';
import { performForRule } from '#flow/tell-house.ts';
import { dueDuties } from '#flow/report.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { raw } from './raw-events.ts';

const documents = [
  {
    title: 'Read',
    name: 'read',
    logsource: { product: 'aws', service: 'cloudtrail' },
    detection: { selection: { eventName: 'GetObject' }, condition: 'selection' },
    level: 'informational',
  },
  {
    title: 'Large reads on the average',
    name: 'large_reads',
    correlation: {
      type: 'value_avg',
      rules: ['read'],
      'group-by': ['sig.actor.name'],
      timespan: '1h',
      condition: { field: 'bytes', gte: 10 },
    },
    level: 'low',
  },
];
const { set: rules, errors } = compileRules(
  documents.map((tree, i): RuleDocument => ({ tree, where: `rule-${i}.yml` })),
  new Map(),
);

let h: Harness;
let crowd = 0;
/** As a file would give them that took in all of these. */
const crowdOf = (member: Member): readonly Member[] =>
  Array.from({ length: crowd }, (_, i) => ({ ...member, id: `sig-${i}`, time: instantOf(member.time - i - 1) }));
const open = async (): Promise<void> => {
  expect(errors).toEqual([]);
  h = await openHarness({
    wrap: (world) => ({
      ...world,
      directory: { current: () => ({ ...world.directory.current(), rules }) },
      correlations: {
        ...world.correlations,
        add: async (group, member, reach, expires) => [
          ...(reach.whole ? crowdOf(member) : []),
          ...(await world.correlations.add(group, member, reach, expires)),
        ],
      },
    }),
  });
};
afterEach(() => {
  h.takeMessages();
  h.close();
});

let nth = 0;
const read = () => {
  nth += 1;
  return raw('cloudtrail', {
    ...{ eventVersion: '1.11', eventID: `read-${nth}`, eventTime: rfc3339(h.clock.now()), eventSource: 's3.amazonaws.com' },
    ...{ eventName: 'GetObject', awsRegion: 'eu-central-1', recipientAccountId: '111122223333', bytes: 1 },
    userIdentity: { type: 'IAMUser', userName: 'mira.lenz' },
  });
};
const told = () => h.takeMessages().map(({ subject, to }) => [subject, to]);

describe('a rule over numbers whose group is saturated', () => {
  it('says so in the receipt, and its owner hears of it once a day while it lasts', async () => {
    await open();
    crowd = numericMembers;
    await h.play([read(), read()]);
    expect(await h.world.ledger.receipt('cloudtrail', 'play:1:0#0')).toMatchObject({ silent: [{ rule: 'large_reads', by: 'saturated' }] });
    expect(told()).toEqual([["[Art33] Rule large_reads can't decide", expect.any(String)]]);
    await h.fastForward('24h');
    await h.play([read()]);
    expect(told()).toHaveLength(1);
    expect(await h.incidents()).toEqual([]);
    const lines = (await h.entries())
      .filter(({ data }) => data['kind'] === 'config')
      .map(({ type, data }) => [type, data['subject'], data['step']]);
    const [day, next] = ['2026-11-25', '2026-11-26'];
    expect(lines.toSorted()).toEqual(
      [day, next].flatMap((one) => ['DutyCreated', 'DutyDone'].map((type) => [type, 'rule:large_reads', `saturated ${one}`])).toSorted(),
    );
    expect(h.logged.filter((line) => line.includes('rule-saturated'))).toHaveLength(2);
  });

  it('is told later where no channel takes it, and stands among what is owed until then', async () => {
    await open();
    crowd = numericMembers;
    h.weather(() => 'again');
    await h.play([read()]);
    expect(await dueDuties(h.world.ledger)).toMatchObject([{ kind: 'config', subject: 'rule:large_reads', recipient: 'sysop' }]);
    expect(told()).toEqual([]);
    h.weather(() => undefined);
    await h.fastForward('1h');
    expect(told()).toHaveLength(1);
    expect(await dueDuties(h.world.ledger)).toEqual([]);
    expect(await audit(h.world)).toMatchObject({ clean: true });
  });

  it('is told by nobody whose claim is over', async () => {
    await open();
    expect(await performForRule(h.world, saturatedDuty('large_reads', h.clock.now()))).toBe('fenced');
    expect(told()).toEqual([]);
  });

  it('says nothing of it with one member fewer', async () => {
    await open();
    crowd = numericMembers - 1;
    await h.play([read()]);
    expect([told(), await dueDuties(h.world.ledger)]).toEqual([[], []]);
    expect(startedAt).toBe(h.clock.now());
  });
});
