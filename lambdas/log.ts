// Decides what a function writes: one JSON line an event, our own names and Safe fields, and the shell around every handler (D-8).
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { failureOf } from '#flow/failure.ts';
import type { Log } from '#flow/ports.ts';

type Level = 'info' | 'warn' | 'error';
type Write = (line: string) => void;

/** Set by the shell for the time of one invocation; a function has one at a time. */
let invocation = 'cold-start';

const toStdout: Write = (line) => process.stdout.write(`${line}\n`);

export const jsonLog = (stage: string, write: Write = toStdout): Log => {
  const say =
    (level: Level): Log['info'] =>
    (event, fields = {}) =>
      write(JSON.stringify({ ...fields, level, event, stage, invocation }));
  return { info: say('info'), warn: say('warn'), error: say('error') };
};

/** `invocation` is AWS's own id of this call: one worker's name in a claim. */
type Handler<Answer> = (event: unknown, invocation: string, context: Context) => Promise<Answer>;

/**
 * The shell of every handler: log context before, one line when it failed. Nothing here can throw before the handler (F-06),
 * and middy's early timeout is off: it would leave work pending (F-07, F-13).
 */
export const shell = <Answer>(log: Log, handler: Handler<Answer>) =>
  middy<unknown, Answer>({ timeoutEarlyInMillis: 0 })
    .before((request) => {
      const id: unknown = (request.context as Partial<Context> | undefined)?.awsRequestId;
      invocation = typeof id === 'string' ? id : 'no-request-id';
    })
    .onError((request) => {
      log.error('invocation-failed', failureOf(request.error));
    })
    .handler((event, context) => handler(event, invocation, context));
