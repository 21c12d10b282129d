// Holds that a firing which waits for what must not come opens once, late and backwards as in order, and hears of what came after all.
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import type { Duty } from '#core/duty/duty.ts';
import { isAbsenceSubject } from '#core/kernel/ids.ts';
import { type Instant, instantOf, minutes, parseDuration, plus, rfc3339 } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { performAbsence } from '#flow/absences.ts';
import { audit } from '#flow/audit.ts';
import type { World } from '#flow/ports.ts';
import { dueDuties } from '#flow/report.ts';
import { exampleDir } from '#local/configuration.ts';
import { perform } from '#flow/perform.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { raw } from './raw-events.ts';

const configuration = await loadConfiguration(exampleDir, startedAt);
if (!configuration.ok) throw new Error('the example configuration does not load');

const detection = (name: string, eventName: string) => ({
  title: name,
  name,
  logsource: { product: 'aws', service: 'cloudtrail' },
  detection: { selection: { eventName }, condition: 'selection' },
  level: 'informational',
});
const incident = {
  category: 'login-past-the-door',
  breach: { confidentiality: 'none', integrity: 'none', availability: 'none' },
  personal_data: 'unlikely',
  dedupe: { by: ['sig.actor.name'], window: '6h' },
  absent: ['federated'],
};
const rulesOf = (type: string, more: object = {}) => {
  const documents = [
    detection('federated', 'Federate'),
    detection('console', 'ConsoleLogin'),
    {
      title: 'A login past the single sign-on',
      name: 'past',
      correlation: { type, rules: ['console'], 'group-by': ['sig.actor.name'], timespan: '30m' },
      level: 'high',
      incident,
      ...more,
    },
    { ...detection('marked', 'ConsoleLogin'), detection: { selection: { 'additionalEventData.mark': true }, condition: 'selection' } },
    {
      ...detection('marked_too', 'ConsoleLogin'),
      detection: { selection: { 'additionalEventData.mark': 'true' }, condition: 'selection' },
    },
    {
      title: 'Marked, and counted',
      name: 'marked_often',
      correlation: { type: 'event_count', rules: ['marked'], 'group-by': ['sig.actor.name'], timespan: '30m', condition: { gte: 1 } },
    },
  ];
  const { set, errors } = compileRules(
    documents.map((tree, i): RuleDocument => ({ tree, where: `rule-${i}.yml` })),
    new Map(),
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return set;
};

let h: Harness;
const open = async (type = 'temporal', more: object = {}, wrap: (world: World) => World = (world) => world): Promise<void> => {
  const rules = rulesOf(type, more);
  h = await openHarness({
    wrap: (world) => wrap({ ...world, directory: { current: () => ({ ...world.directory.current(), rules }) } }),
  });
};
afterEach(() => {
  h.takeMessages();
  h.close();
});

const at = (offset: string): Instant => {
  const length = parseDuration(offset.replace('-', ''));
  if (!length.ok) throw new Error(offset);
  return instantOf(startedAt + (offset.startsWith('-') ? -1 : 1) * length.value);
};
let nth = 0;
const event = (eventName: string, time: Instant, user = 'mira.lenz', more: object = {}) => {
  nth += 1;
  return raw('cloudtrail', {
    eventVersion: '1.11',
    eventID: `event-${nth}`,
    eventTime: rfc3339(time),
    eventSource: 'signin.amazonaws.com',
    eventName,
    awsRegion: 'eu-central-1',
    recipientAccountId: '111122223333',
    userIdentity: { type: 'IAMUser', userName: user },
    responseElements: { [eventName]: 'Success' },
    ...more,
  });
};
const login = (offset: string, user?: string) => event('ConsoleLogin', at(offset), user);
const federated = (offset: string, user?: string) => event('Federate', at(offset), user);

const waiting = async (): Promise<readonly Duty[]> => {
  const found: Duty[] = [];
  for await (const due of h.world.ledger.due('other', instantOf(Date.UTC(2100, 0)), 0)) {
    const duty = isAbsenceSubject(due.subject) ? await h.world.ledger.duty(due) : undefined;
    if (duty) found.push(duty);
  }
  return found;
};
const rulesIn = async (): Promise<readonly string[]> =>
  (await h.incidents()).flatMap(({ findings }) => findings.map(({ rule }) => rule.name));
const reasons = async (): Promise<readonly unknown[]> =>
  (await h.entries()).filter(({ type, data }) => type === 'DutyDone' && data['kind'] === 'absence').map(({ data }) => data['reason']);

describe('a firing that names a rule as absent', () => {
  it('waits for its window, then opens its case', async () => {
    await open();
    await h.play([login('0s')]);
    expect(await h.incidents()).toEqual([]);
    expect(await waiting()).toMatchObject([{ kind: 'absence', recipient: 'past', state: 'OPEN', nextAt: plus(startedAt, minutes(30)) }]);
    await h.fastForward('29m');
    expect(await h.incidents()).toEqual([]);
    await h.fastForward('1m');
    expect(await rulesIn()).toEqual(['past']);
    const [opened] = await h.incidents();
    expect(opened).toMatchObject({ openedAt: plus(startedAt, minutes(30)), occurredFrom: startedAt, signalCount: 1 });
    expect(await waiting()).toEqual([]);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('stays silent where the rule matches before its look, however late it comes', async () => {
    await open();
    await h.play([login('0s')]);
    await h.fastForward('25m');
    await h.play([federated('-10m')]);
    expect(await waiting()).toEqual([]);
    expect(await reasons()).toEqual(['federated came in time']);
    await h.fastForward('2h');
    expect(await h.incidents()).toEqual([]);
  });

  it('owes no look where the rule came first, and says so in the receipt', async () => {
    await open();
    await h.play([federated('-10m'), login('0s')]);
    expect(await waiting()).toEqual([]);
    expect(await h.world.ledger.receipt('cloudtrail', 'play:1:1#0')).toMatchObject({
      disposition: 'assessed',
      silent: [{ rule: 'past', by: 'federated' }],
    });
  });

  it.each([
    ['just within its window before', '-30m', []],
    ['too long before', '-31m', ['past']],
    ['just within its window after', '30m', []],
  ])('tells what came %s', async (_when, offset, rules) => {
    await open();
    await h.play([login('0s')]);
    if (offset === '30m') await h.fastForward('29m');
    await h.play([federated(offset)]);
    await h.fastForward('2h');
    expect(await rulesIn()).toEqual(rules);
  });

  it('is not silenced by another group', async () => {
    await open();
    await h.play([federated('-1m', 'jo.reiter'), login('0s')]);
    await h.fastForward('1h');
    expect(await rulesIn()).toEqual(['past']);
  });

  it('that is ordered is silenced by what comes afterwards alone', async () => {
    await open('temporal_ordered');
    await h.play([federated('-1m'), login('0s'), login('0s', 'jo.reiter')]);
    await h.fastForward('10m');
    await h.play([federated('10m', 'jo.reiter')]);
    await h.fastForward('1h');
    expect((await h.incidents()).map(({ signalCount }) => signalCount)).toEqual([1]);
  });

  it('that came late itself leaves the same time for what follows it', async () => {
    await open();
    await h.fastForward('5h');
    await h.play([login('1h')]);
    await h.fastForward('20m');
    await h.play([federated('70m')]);
    await h.fastForward('2h');
    expect(await h.incidents()).toEqual([]);
  });

  it('waits once, whoever brings it and how often', async () => {
    await open();
    const one = login('0s');
    await h.play([one, one]);
    await h.play([one]);
    expect(await waiting()).toHaveLength(1);
    await h.fastForward('1h');
    expect((await h.incidents()).map(({ signalCount }) => signalCount)).toEqual([1]);
  });

  it('that grows while it waits opens with what it has grown to', async () => {
    await open();
    await h.play([login('0s')]);
    await h.fastForward('20m');
    await h.play([login('-10m')]);
    await h.fastForward('10m');
    expect((await h.incidents()).map(({ signalCount }) => signalCount)).toEqual([2]);
  });

  it('that grows after its case was opened adds to that at once', async () => {
    await open();
    await h.play([login('0s')]);
    await h.fastForward('40m');
    await h.play([login('-10m')]);
    expect((await h.incidents()).map(({ signalCount }) => signalCount)).toEqual([2]);
  });

  it('that grows by the very event that silences it stays silent', async () => {
    await open('temporal', { incident: { ...incident, absent: ['marked', 'marked_too'] } });
    await h.play([login('0s')]);
    await h.play([event('ConsoleLogin', at('-1m'), 'mira.lenz', { additionalEventData: { mark: true } })]);
    expect(await h.world.ledger.receipt('cloudtrail', 'play:2:0#0')).toMatchObject({ disposition: 'assessed' });
    await h.fastForward('2h');
    expect(await h.incidents()).toEqual([]);
    expect(await reasons()).toEqual(['marked came in time']);
  });

  it('that grows by the very event that completes what silences it stays silent', async () => {
    await open('temporal', { incident: { ...incident, absent: ['marked_often'] } });
    await h.play([login('0s')]);
    await h.play([event('ConsoleLogin', at('-1m'), 'mira.lenz', { additionalEventData: { mark: true } })]);
    await h.fastForward('2h');
    expect(await h.incidents()).toEqual([]);
    expect(await reasons()).toEqual(['marked_often came in time', 'marked_often came in time']);
  });

  it('that is only watched and was silenced is no news', async () => {
    await open('temporal', { status: 'experimental' });
    await h.play([federated('-1m'), login('0s')]);
    expect((await h.world.ledger.receipt('cloudtrail', 'play:1:1#0'))?.silent).toEqual([{ rule: 'past', by: 'federated' }]);
  });

  it('that is only watched waits for nothing, and its receipt says so', async () => {
    await open('temporal', { status: 'experimental' });
    await h.play([login('0s')]);
    expect(await waiting()).toEqual([]);
    expect((await h.world.ledger.receipt('cloudtrail', 'play:1:0#0'))?.silent).toEqual([{ rule: 'past', by: 'experimental' }]);
  });

  it('is nothing that an audit has to complain of, waiting or over', async () => {
    await open();
    await h.play([login('0s')]);
    expect(await audit(h.world)).toMatchObject({ clean: true });
    await h.fastForward('1h');
    expect(await audit(h.world)).toMatchObject({ clean: true });
  });

  it('is something an audit complains of when nobody looks in time', async () => {
    await open();
    await h.play([login('0s')]);
    h.clock.set(plus(startedAt, minutes(36)));
    expect(await audit(h.world)).toMatchObject({ overdue: 1 });
    await h.work();
  });

  it('stands among what is owed, by the name of its rule', async () => {
    await open();
    await h.play([login('0s')]);
    expect(await dueDuties(h.world.ledger)).toMatchObject([{ kind: 'absence', recipient: 'past' }]);
  });
});

describe('what came after its case was opened', () => {
  const late = async (): Promise<void> => {
    await open();
    await h.play([login('0s')]);
    await h.fastForward('40m');
    await h.play([federated('-5m')]);
  };

  it('is attached to it as a sign that weighs nothing, and closes nothing', async () => {
    await late();
    const [only, second] = await h.incidents();
    expect(second).toBeUndefined();
    expect(only).toMatchObject({ state: 'open', outcome: 'security-incident', level: 'high', signalCount: 2 });
    const came = only?.findings.find(({ rule }) => rule.name === 'federated');
    expect(came).toMatchObject({ rule: { title: 'Came after all: federated', level: 'informational' }, controllers: [] });
    expect(await h.world.ledger.receipt('cloudtrail', 'play:2:0#0')).toMatchObject({ disposition: 'attached', incidents: [only?.id] });
  });

  it('is told to the case once', async () => {
    await late();
    await h.play([federated('-4m'), federated('-3m')]);
    expect((await h.incidents()).map(({ signalCount }) => signalCount)).toEqual([2]);
    await h.fastForward('5h');
    expect(await rulesIn()).toEqual(['federated', 'past']);
  });
});

describe('a look at the very moment that the rule comes', () => {
  /** Before the look's own write, the other event is assessed. */
  const meeting = (then: () => Promise<void>) => {
    let armed = false;
    const wrap = (world: World): World => ({
      ...world,
      ledger: {
        ...world.ledger,
        commit: async (writes) => {
          const isLook = writes.some((write) => write.put === 'duty' && write.duty.kind === 'absence' && write.duty.state === 'DONE');
          if (armed && isLook) {
            armed = false;
            await then();
          }
          return world.ledger.commit(writes);
        },
      },
    });
    return { wrap, arm: () => (armed = true) };
  };

  it('meets a duty that was written to, looks again and stays silent', async () => {
    const { wrap, arm } = meeting(() => h.play([federated('-1m')]));
    await open('temporal', {}, wrap);
    await h.play([login('0s')]);
    arm();
    const [duty] = await waiting();
    h.clock.set(plus(startedAt, minutes(30)));
    if (duty) await perform(h.world, duty, { name: 'worker', epoch: 0 });
    await h.work();
    expect(await h.incidents()).toEqual([]);
  });

  it('whose claim was lost writes nothing', async () => {
    await open();
    await h.play([login('0s')]);
    const [duty] = await waiting();
    if (!duty) throw new Error('nothing waits');
    expect(await performAbsence(h.world, { ...duty, owner: 'another', gen: 7 })).toBe('fenced');
    expect(await h.incidents()).toEqual([]);
  });
});
