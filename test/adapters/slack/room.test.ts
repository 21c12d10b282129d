// Decides who is found to read a channel of Slack, against a server that answers as Slack's Web API does.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foreignReaders } from '#adapters/slack/room.ts';
import { type Answer, type HttpSink, type Recorded, openHttpSink } from '../../sinks/http.ts';

type Channel = Readonly<Record<string, boolean>>;
const house: Channel = { is_channel: true, is_private: true, is_shared: false, is_ext_shared: false };
let channel: Channel;
let users: Readonly<Record<string, Channel>>;
let pages: readonly (readonly string[])[];
let sink: HttpSink;

const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value) });

const answer = ({ path, headers, body }: Recorded): Answer => {
  if (headers['authorization'] !== 'Bearer xoxb-secret') return json({ ok: false, error: 'invalid_auth' });
  const fields = new URLSearchParams(body);
  if (path === '/users.info') return json({ ok: true, user: users[fields.get('user') ?? ''] });
  if (fields.get('channel') !== 'C0123456789') return json({ ok: false, error: 'channel_not_found' });
  if (path === '/conversations.info') return json({ ok: true, channel });
  const nth = Number(fields.get('cursor') ?? '0');
  const next = nth + 1 < pages.length ? String(nth + 1) : '';
  return json({ ok: true, members: pages[nth], response_metadata: { next_cursor: next } });
};

beforeEach(async () => {
  channel = house;
  users = { U1: {}, U2: { is_restricted: false }, U3: {} };
  pages = [['U1', 'U2'], ['U3']];
  sink = await openHttpSink(answer);
});
afterEach(() => sink.close());

const look = (more: { readonly token?: string; readonly channel?: string } = {}) =>
  foreignReaders({ token: 'xoxb-secret', channel: 'C0123456789', api: sink.url, ...more });

describe('a channel for incidents', () => {
  it('of the house alone has no foreign reader', async () => {
    expect(await look()).toEqual({ ok: true, value: [] });
  });

  it.each(['is_shared', 'is_ext_shared', 'is_org_shared', 'is_pending_ext_shared'])('with %s is read by other companies', async (name) => {
    channel = { ...house, [name]: true };
    expect(await look()).toEqual({ ok: true, value: ['other companies'] });
  });

  it('that is public is read by everybody of the workspace', async () => {
    channel = { is_channel: true, is_private: false };
    expect(await look()).toEqual({ ok: true, value: ['everybody of the workspace'] });
    channel = {};
    expect(await look()).toEqual({ ok: true, value: ['everybody of the workspace'] });
  });

  it.each(['is_restricted', 'is_ultra_restricted', 'is_stranger'])('with somebody on its last page who %s has guests', async (name) => {
    users = { ...users, U3: { [name]: true } };
    expect(await look()).toEqual({ ok: true, value: ['guests'] });
  });

  it('says by Slack’s own word why nothing was seen, and never the token', async () => {
    expect(await look({ token: 'xoxb-other' })).toEqual({ ok: false, error: 'Slack refuses conversations.info (invalid_auth)' });
    expect(await look({ channel: 'C9' })).toEqual({ ok: false, error: 'Slack refuses conversations.info (channel_not_found)' });
    sink.misbehave({ status: 500, body: '<html>' });
    expect(await look()).toEqual({ ok: false, error: 'Slack answers conversations.info with no JSON (status 500)' });
    sink.misbehave({ status: 200, body: '{"ok":false,"error":"xoxb-secret !"}' });
    expect(await look()).toEqual({ ok: false, error: 'Slack refuses conversations.info (status 200)' });
  });

  it('whose list of people does not end is not looked through for ever', async () => {
    pages = Array.from({ length: 50 }, () => ['U1']);
    expect(await look()).toEqual({ ok: false, error: 'more than 2000 people are in it' });
  });
});
