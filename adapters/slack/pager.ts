// Decides whether a page reached Slack: only the word "ok" says so; everything else is tried again, or told to somebody (cases 22, 26, 27).
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { Duration } from '#core/kernel/time.ts';
import { type Clock, type Effect, type Pager, PortError } from '#flow/ports.ts';
import { isLoopback } from '#adapters/http/loopback.ts';
import { tokenBucket } from '#adapters/http/pace.ts';
import { type Reply, isPassing, post } from '#adapters/http/post.ts';
import { type SlackPayload, blockPayload, plainPayload } from './message.ts';

export type SlackSettings = {
  readonly webhook: string;
  readonly clock: Clock;
  /** @default 10 s */
  readonly timeout?: Duration;
  readonly wait?: (time: Duration, signal: AbortSignal) => Promise<void>;
};

/** Slack's words for "this will never work here": another channel and a person are needed. */
const permanent = [
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'posting_to_general_channel_denied',
  'team_disabled',
  'user_not_found',
];
/** Its words for "not in this form". */
const form = ['invalid_blocks', 'invalid_blocks_format', 'invalid_payload', 'msg_blocks_too_long', 'no_text', 'too_many_attachments'];

/** The word of a refusal, if it is one that Slack documents: nothing else of a reply is repeated. */
const wordOf = (reply: Reply): string | undefined => {
  const word = /"error"\s*:\s*"([a-z_]{1,60})"/.exec(reply.text)?.[1] ?? reply.text.trim();
  return [...permanent, ...form].find((known) => known === word);
};

const isTaken = (reply: Reply): boolean => reply.status === 200 && reply.whole && reply.text.trim() === 'ok';

const judged = (reply: Reply): PortError => {
  const { status, retryAfter } = reply;
  const word = wordOf(reply);
  if (word !== undefined) return new PortError('pager', 'refused', `Slack refuses: ${word}`);
  // A gateway that lost its backend can't say whether the message was posted.
  if (status === 502 || status === 504) return new PortError('pager', 'unsure', `Slack answered ${status}`);
  if (isPassing(status)) return new PortError('pager', 'again', `Slack answered ${status}`, retryAfter === undefined ? {} : { retryAfter });
  // HTTP 200 with ok:false is a refusal in disguise (F-43).
  if (status === 200 && /"ok"\s*:\s*false/.test(reply.text)) return new PortError('pager', 'again', 'Slack answered 200 but not ok');
  if (status >= 200 && status < 300) return new PortError('pager', 'unsure', 'Slack answered without the word ok');
  if (status >= 300 && status < 400) return new PortError('pager', 'refused', 'Slack answered with a redirect, which is never followed');
  return new PortError('pager', 'refused', `Slack refuses (${status})`);
};

const expected = 'SLACK_WEBHOOK_URL: an address that starts with https://hooks.slack.com/ was expected';

/** TH-15: one host, in code. No refusal repeats the address: it is the secret. */
const webhookOf = (text: string): Result<URL> => {
  const url = URL.parse(text.trim());
  if (url?.username !== '' || url.password !== '') return fail(expected);
  const slack = url.protocol === 'https:' && url.host === 'hooks.slack.com';
  const here = (url.protocol === 'http:' || url.protocol === 'https:') && isLoopback(url.hostname);
  return slack || here ? ok(url) : fail(expected);
};

/** A pager over an incoming webhook. It returns no `ts`: each page is a new message, a repeat can't be undone (D-20). */
export const slackPager = (settings: SlackSettings): Result<Pager> => {
  const webhook = webhookOf(settings.webhook);
  if (!webhook.ok) return webhook;
  const { clock, timeout, wait } = settings;
  // About one message per second and webhook; a short burst is borne (F-42).
  const turn = tokenBucket({ port: 'pager', perSecond: 1, burst: 4, clock, ...(wait ? { wait } : {}) });

  const deliver = async (body: SlackPayload, effect: Effect): Promise<Reply> => {
    await turn(effect.signal);
    return post({ port: 'pager', url: webhook.value, body, signal: effect.signal, clock, ...(timeout === undefined ? {} : { timeout }) });
  };

  return ok({
    page: async (page, effect) => {
      const first = await deliver(blockPayload(page), effect);
      // Case 19: refused for its form means no message at all, so it goes once more without any.
      const reply = form.includes(wordOf(first) ?? '') ? await deliver(plainPayload(page), effect) : first;
      if (!isTaken(reply)) throw judged(reply);
      return { via: 'provider' };
    },
  });
};
