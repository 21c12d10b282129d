// Decides what an event with `times` stands for: so many of it, `every` apart, so that a test of twenty is written once and read at once.
import { parseDuration } from '#core/kernel/time.ts';

type Fields = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

const secondsOf = (text: string): number => {
  const length = parseDuration(text.replace(/^-/, ''));
  if (!length.ok) throw new Error(`${text}: ${length.error}`);
  return ((text.startsWith('-') ? -1 : 1) * length.value) / 1_000;
};

/** `{n}` is the number of the one event, from 0: also in the names of keys. */
const numbered = (value: unknown, n: number): unknown => {
  if (typeof value === 'string') return value.replaceAll('{n}', String(n));
  if (Array.isArray(value)) return value.map((one) => numbered(one, n));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [numbered(key, n), numbered(part, n)]));
};

/** Whether `times` and `every` can be followed where they are written: at most 500, and a duration such as 30s. */
export const isRepeatable = ({ times, every = '1m' }: Fields): boolean =>
  times === undefined ||
  (Number.isInteger(times) && Number(times) > 0 && Number(times) <= 500 && typeof every === 'string' && parseDuration(every).ok);

/** The events of a test, one by one. */
export const repeated = <E extends Fields & { readonly at: string }>(events: readonly E[]): readonly E[] =>
  events.flatMap((event) => {
    const { times, every, ...one } = event;
    if (times === undefined) return [event];
    const [first, apart] = [secondsOf(event.at), secondsOf(String(every ?? '1m'))];
    return Array.from({ length: Number(times) }, (_, n) => ({ ...(numbered(one, n) as E), at: `${first + n * apart}s` }));
  });
