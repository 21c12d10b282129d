// Decides when the next message may go to a sink that many functions share: one item holds the instant from which it is free (F-40).
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Duration, type Instant, minutes } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import type { TableSettings } from './client.ts';
import { conditionFailed, standing, worldFailed } from './failure.ts';
import { turnKey } from './keys.ts';

/** Milliseconds; `interval` is rounded up to whole ones. */
type Terms = { readonly interval: number; readonly ahead: Duration };

/** So far ahead nobody books: a clock was wrong, and must not silence the sink. Those of functions are less than that apart. */
const astray: Duration = minutes(1);
const tries = 10;

type Change = { readonly set: string; readonly where: string; readonly values: Readonly<Record<string, number>> };
type Changed = { readonly done: boolean /** As it stands now. */; readonly freeAt: number | undefined };

const change = async ({ documents, table }: TableSettings, sink: string, { set, where, values }: Change): Promise<Changed> => {
  const command = new UpdateCommand({
    TableName: table,
    Key: turnKey(sink),
    UpdateExpression: `SET #free = ${set}`,
    ConditionExpression: where,
    ExpressionAttributeNames: { '#free': 'freeAt' },
    ExpressionAttributeValues: values,
    ReturnValues: 'UPDATED_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes } = await documents.send(command);
    return { done: true, freeAt: Number(Attributes?.['freeAt']) };
  } catch (cause) {
    if (!conditionFailed(cause)) throw worldFailed('mailer', 'booking a turn', cause);
    const freeAt = (standing(cause)?.['freeAt'] as { readonly N?: string } | undefined)?.N;
    return { done: false, freeAt: freeAt === undefined ? undefined : Number(freeAt) };
  }
};

/**
 * The book of one sink, for a token bucket. A turn whose answer was lost stays booked: then the next goes an interval later.
 * The item has no version and no meaning beyond the next second.
 */
export const sharedTurns = (settings: TableSettings, sink: 'ses') => {
  /** The usual case, in one write: the sink is busy, and the turn is behind all others. */
  const behind = (now: number, latest: number, interval: number): Promise<Changed> =>
    change(settings, sink, {
      set: '#free + :interval',
      where: '#free BETWEEN :now AND :latest',
      values: { ':interval': interval, ':now': now, ':latest': latest },
    });
  /** The sink rests, or nobody used it yet. */
  const first = (next: number, seen: number | undefined): Promise<Changed> =>
    seen === undefined
      ? change(settings, sink, { set: ':next', where: 'attribute_not_exists(#free)', values: { ':next': next } })
      : change(settings, sink, { set: ':next', where: '#free = :seen', values: { ':next': next, ':seen': seen } });

  return async (now: Instant, terms: Terms): Promise<number> => {
    const interval = Math.ceil(terms.interval);
    const latest = now + terms.ahead;
    for (let i = 0; i < tries; i += 1) {
      const { done, freeAt } = await behind(now, latest, interval);
      if (done && freeAt !== undefined) return freeAt - interval;
      if (freeAt !== undefined && freeAt > latest && freeAt <= now + astray) return freeAt;
      if ((await first(now + interval, freeAt)).done) return now;
    }
    throw new PortError('mailer', 'again', 'too many functions booked a turn at once');
  };
};
