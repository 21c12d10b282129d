// Decides what a function writes: one JSON line an event, our own names and Safe fields, and the shell around every handler (D-8).
import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { failureOf } from '#flow/failure.ts';
import type { Log } from '#flow/ports.ts';
import { type Meter, powertoolsMeter } from './metrics.ts';

/** The log of one function, with the metrics that are read off it. */
export type StageLog = Log & {
  readonly meter: Meter;
  /** What AWS says of this call stands in each line until the next one. */
  readonly within: (context: Context) => void;
};

export const jsonLog = (stage: string): StageLog => {
  const logger = new Logger({ persistentKeys: { stage } });
  const meter = powertoolsMeter();
  const say =
    (level: 'info' | 'warn' | 'error'): Log['info'] =>
    (event, fields = {}) => {
      logger[level](event, fields);
      meter.hear(level, event, fields);
    };
  // Not the middleware of the same library: an environment variable would make that log the event, and with it names and addresses.
  return { info: say('info'), warn: say('warn'), error: say('error'), meter, within: (context) => logger.addContext(context) };
};

/** `invocation` is AWS's own id of this call: one worker's name in a claim. */
type Handler<Answer> = (event: unknown, invocation: string, context: Context) => Promise<Answer>;

const isContext = (context: unknown): context is Context =>
  typeof context === 'object' && context !== null && typeof (context as Partial<Context>).awsRequestId === 'string';

/**
 * The shell of every handler: log context before, one line when it failed, metrics after. Nothing here can throw before the
 * handler (F-06), and middy's early timeout is off: it would leave work pending (F-07, F-13).
 */
export const shell = <Answer>(log: StageLog, handler: Handler<Answer>) =>
  middy<unknown, Answer>({ timeoutEarlyInMillis: 0 })
    .before(({ context }) => {
      if (isContext(context)) log.within(context);
    })
    .after(() => log.meter.flush())
    .onError(({ error }) => {
      log.error('invocation-failed', failureOf(error));
      log.meter.flush();
    })
    .handler((event, context) => handler(event, isContext(context) ? context.awsRequestId : 'no-request-id', context));
