// Decides who can read the channel that pages go to: only the house may; not other companies, not everybody of the workspace, not guests (P-5).
import { sendText } from '#adapters/http/reach.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';

export type RoomSettings = {
  /** Of a bot of the workspace that is in the channel, with channels:read, groups:read and users:read. */
  readonly token: string;
  /** Its id, as `C0123456789`. */
  readonly channel: string;
  /** @default Slack's own */
  readonly api?: string;
};

/** Why a channel is no place for incidents. */
export type Reader = 'other companies' | 'everybody of the workspace' | 'guests';

type Answer = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Answer => (typeof value === 'object' && value !== null ? (value as Answer) : {});

/** Slack answers 200 with `ok: false` and one word; nothing else of a refusal is repeated. */
const call = async (settings: RoomSettings, method: string, fields: Readonly<Record<string, string>>): Promise<Result<Answer>> => {
  const { token, api = 'https://slack.com/api' } = settings;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-www-form-urlencoded' };
  const sent = await sendText(new URL(`${api}/${method}`), { headers, body: new URLSearchParams(fields).toString() });
  if (!sent.ok) return sent;
  try {
    const answer = objectOf(JSON.parse(sent.value.text));
    if (answer['ok'] === true) return ok(answer);
    const word = /^[a-z_]{1,60}$/.exec(String(answer['error']))?.[0];
    return fail(`Slack refuses ${method} (${word ?? `status ${sent.value.status}`})`);
  } catch {
    return fail(`Slack answers ${method} with no JSON (status ${sent.value.status})`);
  }
};

/** Whoever pages a crowd pages nobody. */
const pagesAtMost = 10;

/** Slack gives them in pages. */
const membersOf = async (settings: RoomSettings): Promise<Result<readonly string[]>> => {
  const members: string[] = [];
  let cursor = '';
  for (let pages = 0; pages < pagesAtMost; pages += 1) {
    const page = await call(settings, 'conversations.members', {
      channel: settings.channel,
      limit: '200',
      ...(cursor === '' ? {} : { cursor }),
    });
    if (!page.ok) return page;
    members.push(...([page.value['members']].flat() as readonly unknown[]).filter((one): one is string => typeof one === 'string'));
    cursor = String(objectOf(page.value['response_metadata'])['next_cursor'] ?? '');
    if (cursor === '') return ok(members);
  }
  return fail(`more than ${pagesAtMost * 200} people are in it`);
};

const isGuest = (user: Answer): boolean =>
  user['is_restricted'] === true || user['is_ultra_restricted'] === true || user['is_stranger'] === true;

const hasGuests = async (settings: RoomSettings): Promise<Result<boolean>> => {
  const members = await membersOf(settings);
  if (!members.ok) return members;
  for (const user of members.value) {
    const known = await call(settings, 'users.info', { user });
    if (!known.ok) return known;
    if (isGuest(objectOf(known.value['user']))) return ok(true);
  }
  return ok(false);
};

const sharedBy = ['is_shared', 'is_ext_shared', 'is_org_shared', 'is_pending_ext_shared'] as const;

/** Nobody but the house: an empty list. */
export const foreignReaders = async (settings: RoomSettings): Promise<Result<readonly Reader[]>> => {
  const info = await call(settings, 'conversations.info', { channel: settings.channel });
  if (!info.ok) return info;
  const channel = objectOf(info.value['channel']);
  const guests = await hasGuests(settings);
  if (!guests.ok) return guests;
  return ok([
    ...(sharedBy.some((name) => channel[name] === true) ? (['other companies'] as const) : []),
    ...(channel['is_private'] === true ? [] : (['everybody of the workspace'] as const)),
    ...(guests.value ? (['guests'] as const) : []),
  ]);
};
