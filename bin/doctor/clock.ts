// Decides whether our clock can be trusted: every deadline is reckoned by it, and AWS refuses requests that are five minutes off.
import { get } from '#adapters/http/reach.ts';
import { type Duration, type Instant, between, minutes, seconds } from '#core/kernel/time.ts';
import { type Line, bad, fine, spanText, warn } from './line.ts';

/** A Date header counts whole seconds, and the answer was under way. */
const tolerated: Duration = seconds(5);
const refused: Duration = minutes(1);

const todo = 'let the system keep its time by NTP (timedatectl set-ntp true)';

export const clockLine = (theirs: Instant, ours: Instant, whose: string): Line => {
  const off = between(theirs, ours);
  const says = `${spanText(off)} ${off < 0 ? 'behind' : 'ahead of'} ${whose}`;
  if (Math.abs(off) <= tolerated) return fine('clock', says);
  return Math.abs(off) <= refused ? warn('clock', says, todo) : bad('clock', says, todo);
};

/** Compares with the Date header of somebody we speak to anyway. */
export const clockLines = async (url: URL, now: () => Instant): Promise<readonly Line[]> => {
  const asked = now();
  const got = await get(url);
  const answered = now();
  if (!got.ok || got.value.date === undefined)
    return [warn('clock', `${url.host} did not tell its time`, 'compare the clock by hand; every deadline is reckoned by it')];
  // The middle of question and answer, and of the second that the header names.
  const ours = (asked + answered) / 2 - 500;
  return [clockLine(got.value.date, ours as Instant, url.host)];
};
