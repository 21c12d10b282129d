// The door for signals: verified, stored, queued, and only then 2xx. It needs no ledger, so it stands when the ledger is down (6.6).
import type { Context } from 'hono';
import { safe } from '#core/kernel/safe.ts';
import { doors } from '#console/doors.ts';
import type { VerifyPush } from '#console/credential.ts';
import type { World } from '#flow/ports.ts';
import { configurationAt } from './directory.ts';
import { ingestEnv, readEnv } from './env.ts';
import { answer, isHttpEvent, plain } from './http.ts';
import { intakeOf } from './intake.ts';
import { doorTokens } from './keys.ts';
import { jsonLog, shell } from './log.ts';
import { mappedAt } from './mapped.ts';
import { clock, opened } from './world.ts';

const env = readEnv(ingestEnv);
const log = jsonLog('ingest');
const open = opened('ingest', log, async () => {
  const [sources, directory] = await Promise.all([mappedAt(import.meta.url), configurationAt(import.meta.url, env, log)]);
  return { ...intakeOf(env, { log, sources }), directory };
});

/** Loaded by the first sender that shows a push token. */
let pushTokens: Promise<VerifyPush> | undefined;
const verifyPush: VerifyPush = async (token, wanted) => {
  pushTokens ??= import('#adapters/http/push-token.ts').then(({ googlePushTokens }) => googlePushTokens({ clock }));
  return (await pushTokens)(token, wanted);
};

/** As API Gateway saw it, whatever headers say. */
const addressOf = (c: Context): string | undefined => {
  const { requestContext } = c.env as { readonly requestContext?: { readonly http?: { readonly sourceIp?: string } } };
  return requestContext?.http?.sourceIp;
};

let door: ReturnType<typeof doors> | undefined;
const doorOf = (world: World): NonNullable<typeof door> => {
  door ??= doors({
    world,
    tokensOf: doorTokens(env, clock),
    addressOf,
    verifyPush,
    counters: { count: () => log.warn('turned-away', { why: safe`wrong or missing credential` }), all: () => ({}) },
  });
  return door;
};

export const handler = shell(log, async (event, _invocation, context) =>
  isHttpEvent(event) ? answer(doorOf(await open()), event, context, log) : plain(400, 'This is no HTTP request.'),
);
