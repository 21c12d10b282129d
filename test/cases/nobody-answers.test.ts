// Decides whether a suspicion that nobody answers goes the way of D-5: calls, all deciders, and at each controller's limit its contract.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRegister } from '#core/register/verify.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { type Who, call, decideNow, narrowReminder, needsPerson, suspectedNotice, suspicion } from '../flow/lines.ts';
import { exfiltration, graveFinding } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
  await h.play([exfiltration()]);
});
afterEach(() => h.close());

const at = (minutes: number, lines: readonly string[]): readonly string[] =>
  lines.map((line) => `+${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')} ${line}`);

const deciders = [...decideNow('lead'), ...decideNow('management')];
const chain: readonly Who[] = ['sysop', 'architect', 'product', 'management'];

describe('a suspected breach that nobody answers', () => {
  it('informs four roles, calls the SysOp, asks the lead and the officer at once, and opens one ticket', () => {
    h.expectTimeline(at(0, suspicion));
  });

  it('calls the next in the chain at 15, 45 and 105 minutes, and both deciders at 2 hours', async () => {
    h.expectTimeline(at(0, suspicion));
    await h.fastForward('2h');
    h.expectTimeline([
      ...at(15, call('architect')),
      ...at(45, call('product')),
      ...at(60, [narrowReminder('lead')]),
      ...at(105, call('management')),
      ...at(120, deciders),
    ]);
  });

  it('lets the release duty stand overdue at 4 hours and sends no notice yet', async () => {
    await h.fastForward('241m');
    const [release] = await h.duties('release');
    expect(release).toMatchObject({ state: 'SENT', deadlineAt: startedAt + 4 * 3_600_000 });
    expect(h.takeMessages().filter((m) => m.to.includes('example') && m.subject.startsWith('Notice'))).toEqual([]);
  });

  it('goes on calling for 40 hours, mails at the limit of each contract, and holds where the contract says so', async () => {
    await h.fastForward('40h');
    const calls: string[] = [...at(0, call('sysop')), ...at(15, call('architect')), ...at(45, call('product'))];
    for (let minutes = 105, n = 3; minutes <= 40 * 60; minutes += 60, n += 1) calls.push(...at(minutes, call(chain[n % 4] ?? 'sysop')));
    const decisions = Array.from({ length: 20 }, (_, i) => at((i + 1) * 120, deciders)).flat();
    const notices = at(24 * 60, [suspectedNotice('clinic-portal'), suspectedNotice('museum-shop')]);
    // Nothing says that the two notices arrived: a person is asked after 30 minutes, then every four hours.
    const persons = [0, 1, 2, 3].flatMap((n) => at(24 * 60 + 30 + n * 240, [...needsPerson, ...needsPerson]));
    const once = suspicion.filter((line) => !call('sysop').includes(line));
    // Whose data it is of those that share the archive: the lead after an hour, from the fourth on the deputy too, once a day.
    const narrow = [
      at(60, [narrowReminder('lead')]),
      ...[4, 28].map((n) => at(n * 60, [narrowReminder('lead'), narrowReminder('management')])),
    ];
    h.expectTimeline([...at(0, once), ...calls, ...decisions, ...notices, ...persons, ...narrow.flat()]);
  });

  it('keeps on record by which clause travel-club was not told', async () => {
    await h.fastForward('24h');
    const incident = await h.incident();
    expect(incident.heldByPolicy).toEqual(['travel-club']);
    expect((await h.entries()).find((entry) => entry.type === 'NoticeHeldByPolicy')?.data).toMatchObject({
      rule: 'contract.onSuspectedTimeout: hold',
    });
    h.takeMessages();
  });

  it('names Art. 33(2) in no suspected notice', async () => {
    await h.fastForward('24h');
    const notices = h.takeMessages().filter((m) => m.subject.startsWith('Notice'));
    expect(notices).toHaveLength(2);
    for (const notice of notices) expect(notice.text).not.toMatch(/Art\.?\s*33\(2\)/);
  });

  it('moves no deadline later, whatever happens', async () => {
    const before = new Map((await h.duties()).map((duty) => [duty.id, duty.deadlineAt]));
    await h.fastForward('30h');
    for (const duty of await h.duties()) expect(duty.deadlineAt).toBeLessThanOrEqual(before.get(duty.id) ?? duty.deadlineAt);
    h.takeMessages();
  });

  it('leaves a register that follows from itself', async () => {
    await h.fastForward('30h');
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    h.takeMessages();
  });
});

describe('the data protection officer away for 14 days', () => {
  it('changes no hour, and the register says that nobody answered', async () => {
    await h.acknowledge();
    await h.fastForward('14d');
    const notices = h.takeMessages().filter((m) => m.subject.startsWith('Notice'));
    expect(notices.map((m) => m.at - startedAt)).toEqual([24 * 3_600_000, 24 * 3_600_000]);
    const [consult] = await h.duties('consult');
    expect(consult).toMatchObject({ state: 'EXPIRED', reason: 'consulted, no answer' });
    const chainOf = (await h.entries()).filter((entry) => entry.chain === consult?.id);
    expect(chainOf.map((entry) => entry.type)).toEqual(['DutyCreated', 'DutySent', 'DutyExpired']);
    expect(JSON.stringify(chainOf.at(-1))).toContain('consulted, no answer');
  });
});

describe('a breach assessment that nobody answers', () => {
  it('becomes a suspicion after 4 hours, and the contract runs from then', async () => {
    h.takeMessages();
    const g = await openHarness();
    await g.play([graveFinding()]);
    expect(await g.incident()).toMatchObject({ outcome: 'breach-assessment', state: 'open' });
    await g.fastForward('239m');
    expect((await g.incident()).state).toBe('open');
    await g.fastForward('1m');
    const incident = await g.incident();
    expect(incident).toMatchObject({ state: 'suspected', suspectedAt: startedAt + 4 * 3_600_000 });
    expect((await g.duties('review'))[0]).toMatchObject({ state: 'EXPIRED', reason: 'assessment unanswered' });
    const topics = g.takeMessages();
    expect(topics.filter((m) => m.to === 'dpo@muster.example').map((m) => m.at - startedAt)).toEqual([4 * 3_600_000]);
    expect(topics.filter((m) => m.subject.includes('Assessment needed'))).toHaveLength(1);
    await g.fastForward('24h');
    const told = g.takeMessages().filter((m) => m.subject.startsWith('Notice'));
    expect(told.map((m) => [m.to, (m.at - startedAt) / 3_600_000]).toSorted()).toEqual([
      ['datenschutz@museum-shop.example', 28],
      ['security@clinic-portal.example', 28],
    ]);
    g.close();
  });
});
