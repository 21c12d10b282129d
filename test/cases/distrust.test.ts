// P-13: the operator is hit itself. Nothing goes over a channel that somebody hostile may hold; the next is taken, or a person is told at once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTerminal } from '#core/duty/duty.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { PortError, type World } from '#flow/ports.ts';
import { type Channel, type Trusting, allDistrusted, ledgerTrust, turnTrust } from '#flow/trust.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration } from '../flow/raw-events.ts';

let h: Harness;
const trusting = (world: World): World & Trusting => ({ ...world, trust: ledgerTrust(world.ledger) });
beforeEach(async () => {
  h = await openHarness({ wrap: trusting });
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const turn = (channel: Channel, trust: boolean): Promise<boolean> =>
  turnTrust(h.world, { channel, trust, actor: 'person:sysop:tomke-harms', reason: 'its administrator was phished' });
const channelsOf = () => [...new Set(h.takeMessages().map(({ channel }) => channel))].toSorted();
const noticesBy = async () => (await h.duties('notice')).map(({ state }) => state);

describe('while Slack is hostile', () => {
  it('everybody is reached by mail, and nothing is in Slack from that instant', async () => {
    await h.play([exfiltration()]);
    expect(channelsOf()).toEqual(['mail', 'slack', 'ticket']);
    await turn('slack', false);
    await h.fastForward('25h');
    expect(channelsOf()).toEqual(['mail']);
    // The contract's own rule acted all the same: every notice left.
    expect((await noticesBy()).filter((state) => state === 'SENT' || state === 'DONE').length).toBeGreaterThan(1);
    expect((await h.duties('inform')).every(({ state }) => state === 'SENT' || isTerminal(state))).toBe(true);
  });

  it('a case that opens then calls by mail, and has its ticket', async () => {
    await turn('slack', false);
    await h.play([exfiltration()]);
    const messages = h.takeMessages();
    expect(messages.filter(({ channel }) => channel === 'slack')).toEqual([]);
    expect(messages.map(({ to }) => to)).toEqual(expect.arrayContaining(['tomke.harms@muster.example', 'malik.brandt@muster.example']));
    expect((await h.duties('ticket')).map(({ state }) => state)).toEqual(['DONE']);
  });
});

describe('while the mail is hostile', () => {
  it('no notice leaves by it, each is set before a person at once, and leaves within a day when it is trusted again', async () => {
    await h.play([exfiltration()]);
    await turn('mail', false);
    h.takeMessages();
    await h.confirm();
    await h.release();
    await h.fastForward('1h');
    expect(channelsOf()).toEqual(['slack']);
    expect(new Set(await noticesBy())).toEqual(new Set(['BLOCKED']));
    const beside = await h.duties('human');
    for (const { id } of await h.duties('notice')) expect(beside.map(({ parent }) => parent)).toContain(id);
    await turn('mail', true);
    await h.fastForward('1d');
    expect((await noticesBy()).every((state) => state === 'SENT' || state === 'DONE')).toBe(true);
    const toControllers = h.takeMessages().filter(({ channel, to }) => channel === 'mail' && !to.endsWith('@muster.example'));
    expect(toControllers).toHaveLength((await noticesBy()).length);
  });
});

describe('while Jira is hostile', () => {
  it('no ticket is opened nor looked for, and a person hears that there is none', async () => {
    await turn('jira', false);
    await h.play([exfiltration()]);
    await h.fastForward('10m');
    expect(channelsOf()).not.toContain('ticket');
    const [ticket] = await h.duties('ticket');
    expect(ticket).toMatchObject({ state: 'BLOCKED', lastFailure: 'tickets: jira is distrusted: nothing goes over it' });
    expect((await h.duties('human')).map(({ parent }) => parent)).toContain(ticket?.id);
  });
});

it('what was tried in Jira before is not asked after there while it is hostile', async () => {
  h.close();
  let searched = 0;
  const lost = () => Promise.reject(new PortError('tickets', 'unsure', 'the answer was lost'));
  const find = async (): Promise<undefined> => {
    searched += 1;
    return undefined;
  };
  h = await openHarness({ wrap: (world) => trusting({ ...world, tickets: { findsAtOnce: true, find, open: lost } }) });
  await h.play([exfiltration()]);
  await h.fastForward('10m');
  expect(searched).toBeGreaterThan(0);
  await turn('jira', false);
  searched = 0;
  await h.fastForward('1h');
  expect(searched).toBe(0);
});

describe('the register', () => {
  it('says who, when and why, in a chain of each channel, and is what counts', async () => {
    expect(await allDistrusted(h.world)).toEqual([]);
    expect(await turn('slack', false)).toBe(true);
    expect(await turn('slack', false)).toBe(false);
    expect(await allDistrusted(h.world)).toEqual([
      { channel: 'slack', since: '2026-11-25T09:00:00Z', actor: 'person:sysop:tomke-harms', reason: 'its administrator was phished' },
    ]);
    expect(await turn('slack', true)).toBe(true);
    expect(await turn('slack', true)).toBe(false);
    expect(await turn('idp', true)).toBe(false);
    expect((await h.world.ledger.entriesOf('channel:slack')).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'ChannelDistrusted'],
      [2, 'ChannelTrusted'],
    ]);
    expect(await allDistrusted(h.world)).toEqual([]);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('is turned once by two at once', async () => {
    expect((await Promise.all([turn('mail', false), turn('mail', false)])).toSorted()).toEqual([false, true]);
    expect(await h.world.ledger.entriesOf('channel:mail')).toHaveLength(1);
  });
});

it('by whose account mail leaves is asked too', async () => {
  const trust = ledgerTrust(h.world.ledger, { mailBy: 'aws' });
  await turn('aws', false);
  await expect(trust.demand('mailer')).rejects.toThrow('aws is distrusted');
  await expect(trust.demand('pager')).resolves.toBeUndefined();
});
