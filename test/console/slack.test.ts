// Holds that a report by Slack is stored before it is answered, that only Slack may bring one, and that nothing of any incident goes back.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration } from '#core/directory/directory.ts';
import { personId, reportReference } from '#core/kernel/ids.ts';
import { type Instant, minutes, plus } from '#core/kernel/time.ts';
import { doors } from '#console/doors.ts';
import { toldIn } from '#core/signal/told.ts';
import { PortError } from '#flow/ports.ts';
import { type Harness, openHarness } from '../flow/harness.ts';

const [old, next] = ['0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'];
const member = 'U0EXAMPLE1';
const selin = personId('selin-aydin');

const withMember = ({ directory, ...rest }: Configuration): Configuration => {
  const person = directory.people.get(selin);
  if (!person) throw new Error('nobody of that name');
  return { ...rest, directory: { ...directory, people: new Map([...directory.people, [selin, { ...person, slack: member }]]) } };
};

let h: Harness;
let counted: string[];
let secrets: readonly string[];
let door: ReturnType<typeof doors>;

beforeEach(async () => {
  h = await openHarness({ change: withMember });
  counted = [];
  secrets = [old, next];
  door = doors({
    world: h.world,
    counters: { count: (name) => void counted.push(name), all: () => ({}) },
    tokensOf: async (name) => (name === '/slack' ? secrets : []),
    addressOf: () => undefined,
  });
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const command = (text: string, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({
    team_id: 'T0EXAMPLE1',
    channel_id: 'C0EXAMPLE1',
    user_id: member,
    user_name: 'selin',
    command: '/art33',
    text,
    trigger_id: '1.2.3',
    ...more,
  }).toString();

type Sent = { readonly by?: string; readonly at?: Instant; readonly headers?: Readonly<Record<string, string>> };
const headersOf = (body: string, { by = old, at = h.clock.now() }: Sent = {}): Readonly<Record<string, string>> => {
  const timestamp = String(Math.floor(at / 1_000));
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${createHmac('sha256', by).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  };
};
const send = async (body: string, sent: Sent = {}) => {
  const answer = await door.request('http://localhost:3333/slack', {
    method: 'POST',
    headers: { ...headersOf(body, sent), ...sent.headers },
    body,
  });
  return { status: answer.status, said: (await answer.json()) as Record<string, string> };
};
const stored = async (): Promise<number> =>
  (await h.world.ledger.intake()).reduce((sum, { disposition, count }) => (disposition === 'stored' ? sum + count : sum), 0);
const words = async () => {
  const [signal] = (await h.incident()).signals;
  return toldIn((await h.world.evidence.get(signal?.rawRef ?? '')) ?? new Uint8Array());
};

describe('a report by Slack', () => {
  it('is a triage within the hour, under the name of the person who uses that account, with the reference that was said', async () => {
    const { status, said } = await send(command('report  Our users see messages of others.'));
    expect(status).toBe(200);
    expect(said['response_type']).toBe('ephemeral');
    expect(await stored()).toBe(1);
    await h.work();
    expect((await h.duties('review')).map(({ step }) => step).toSorted()).toEqual(['assess', 'triage']);
    const told = await words();
    expect(told).toMatchObject({ text: 'Our users see messages of others.', by: selin });
    expect(said['text']).toContain(`Taken down as ${told?.reference}.`);
  });

  it('of an account that nobody has on file says so, and is taken down all the same', async () => {
    await send(command('report Data on a share', { user_id: 'U0STRANGER' }));
    await h.work();
    expect(await words()).toMatchObject({ text: 'Data on a share', caller: 'Slack U0STRANGER' });
    expect(await words()).not.toHaveProperty('by');
  });

  it('is the same one where the request comes twice', async () => {
    const body = command('report twice');
    expect((await send(body)).said).toEqual((await send(body)).said);
    await h.work();
    expect((await h.world.ledger.intake()).filter(({ disposition }) => disposition === 'attached')).toMatchObject([{ count: 1 }]);
  });

  it('may be signed with either of two secrets, and is not taken for another door’s', async () => {
    expect((await send(command('report a'), { by: next })).status).toBe(200);
    expect(await stored()).toBe(1);
  });

  it('tells nothing of any incident, and is answered before anything is assessed', async () => {
    await send(command('report Zyxwvmark'));
    const { said } = await send(command('report again'));
    expect(JSON.stringify(said)).not.toMatch(/Zyxwvmark|ART33-|selin/);
    expect(await h.incidents()).toEqual([]);
    await h.work();
    expect(h.sinks.sent.map((message) => JSON.stringify(message)).join('')).not.toContain('Zyxwvmark');
  });

  it('that could not be stored is said not to be taken down, with a number to call', async () => {
    h.close();
    h = await openHarness({
      wrap: (world) => ({
        ...world,
        evidence: { ...world.evidence, put: () => Promise.reject(new PortError('evidence', 'again', 'down')) },
      }),
    });
    door = doors({
      world: h.world,
      counters: { count: () => {}, all: () => ({}) },
      tokensOf: async () => secrets,
      addressOf: () => undefined,
    });
    const { status, said } = await send(command('report lost'));
    expect(status).toBe(200);
    expect(said['text']).toMatch(/^NOT taken down.*\+49 30/);
  });

  it.each(['', 'help', 'report', 'report   ', 'reporting this'])('of %j is no report: it is said how to write one', async (text) => {
    const { status, said } = await send(command(text));
    expect(status).toBe(200);
    expect(said['text']).toContain('/art33 report');
    expect(await stored()).toBe(0);
  });

  it('keeps its reference apart from every other', () => {
    expect(reportReference('a')).toMatch(/^R-[A-Z2-7]{6}$/);
    expect(reportReference('a')).not.toBe(reportReference('b'));
  });
});

describe('Slack itself', () => {
  it('asks once whether the address is ours, and is answered only where it signs', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'Zyx', token: 'x' });
    expect(await send(body, { headers: { 'content-type': 'application/json' } })).toEqual({ status: 200, said: { challenge: 'Zyx' } });
    expect((await send(body, { by: 'x'.repeat(32) })).status).toBe(401);
  });

  it.each([
    ['an event', JSON.stringify({ type: 'event_callback', challenge: 'x' })],
    ['a look at the certificate', 'ssl_check=1&token=x'],
  ])('is answered, without effect, to %s', async (_title, body) => {
    expect(await send(body)).toEqual({ status: 200, said: {} });
    expect(await stored()).toBe(0);
  });
});

describe('a stranger', () => {
  const body = command('report not from Slack');
  it.each<[string, () => Sent, string]>([
    ['who signs with another secret', () => ({ by: 'x'.repeat(32) }), 'wrong or missing credential'],
    [
      'who signs as our own senders do',
      () => ({ headers: { 'x-slack-signature': headersOf(body)['x-slack-signature']?.replace('v0=', 'v1=') ?? '' } }),
      'wrong or missing credential',
    ],
    ['with a signature of another body', () => ({ headers: headersOf(`${body}&`) }), 'wrong or missing credential'],
    ['of long ago', () => ({ at: plus(h.clock.now(), minutes(-6)) }), 'signed too long ago, or by a wrong clock'],
    ['of a time to come', () => ({ at: plus(h.clock.now(), minutes(6)) }), 'signed too long ago, or by a wrong clock'],
  ])('%s has no effect but a count', async (_title, sent, why) => {
    expect(await send(body, sent())).toEqual({ status: 401, said: { error: 'Not accepted.' } });
    expect(counted).toEqual([`slack: ${why}`]);
    expect(await stored()).toBe(0);
  });

  it('sends more than a command', async () => {
    expect((await send(command(`report ${'x'.repeat(70_000)}`))).status).toBe(401);
    expect(counted).toEqual(['slack: larger than a command']);
  });

  it('finds the door closed where no signing secret is set, even if he signs with nothing', async () => {
    secrets = [];
    expect((await send(body, { by: '' })).status).toBe(401);
    expect(counted).toEqual(['slack: no signing secret is set']);
  });

  it('and Slack itself find it closed while processing.yml does not list Slack', async () => {
    h.configure((configuration) => ({ ...configuration, processing: configuration.processing.filter((row) => row.recipient !== 'slack') }));
    expect((await send(body)).status).toBe(401);
    expect(counted).toEqual(['slack: no row slack in processing.yml']);
    expect(await stored()).toBe(0);
  });
});
