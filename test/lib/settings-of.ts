// Decides nothing: names each stage's own list of settings, so that tests can hold lib and lambdas against each other.
import { assessEnv, auditEnv, consoleEnv, ingestEnv, notifyEnv, otherEnv, pageEnv, receiveEnv, ticketEnv, tickEnv } from '#lambdas/env.ts';
import type { Stage } from '#lib/bundle.ts';

export const settingsOf: Readonly<Record<Stage, Readonly<Record<string, string>>>> = {
  ingest: ingestEnv,
  assess: assessEnv,
  notify: notifyEnv,
  page: pageEnv,
  ticket: ticketEnv,
  other: otherEnv,
  receive: receiveEnv,
  tick: tickEnv,
  audit: auditEnv,
  console: consoleEnv,
};
