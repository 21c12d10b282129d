// Decides how somebody outside hears that the audit passed: an empty POST; when it stays away, that is the alarm (reliability.md 6.4).
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { type Duration, seconds } from '#core/kernel/time.ts';
import { type Clock, type Heartbeat, PortError } from '#flow/ports.ts';
import { isLoopback } from './loopback.ts';
import { isPassing, post } from './post.ts';

export type HeartbeatSettings = {
  readonly url: string;
  readonly clock: Clock;
  /** @default 5 s */
  readonly timeout?: Duration;
};

const expected = 'ART33_HEARTBEAT: an address that starts with https://, with no user and no password in it, was expected';

/** No refusal repeats the address: whoever knows it can pretend that all is well. */
const addressOf = (text: string): Result<URL> => {
  const url = URL.parse(text.trim());
  if (url?.username !== '' || url.password !== '') return fail(expected);
  const here = url.protocol === 'http:' && isLoopback(url.hostname);
  return url.protocol === 'https:' || here ? ok(url) : fail(expected);
};

/** Nothing of ours is in it but that it comes. */
export const heartbeatTo = ({ url: text, clock, timeout = seconds(5) }: HeartbeatSettings): Result<Heartbeat> => {
  const url = addressOf(text);
  if (!url.ok) return url;
  const signal = new AbortController().signal;
  return ok({
    beat: async () => {
      const headers = { 'content-type': 'text/plain' };
      const { status } = await post({ port: 'heartbeat', url: url.value, headers, body: undefined, signal, clock, timeout });
      if (status >= 200 && status < 300) return;
      throw new PortError('heartbeat', isPassing(status) ? 'again' : 'refused', `the heartbeat was answered ${status}`);
    },
  });
};
