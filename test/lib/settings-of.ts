// Decides nothing: names each stage's own list of settings, so that tests can hold lib and lambdas against each other.
import {
  anchorEnv,
  assessEnv,
  auditEnv,
  consoleEnv,
  exportEnv,
  ingestEnv,
  logsEnv,
  notifyEnv,
  otherEnv,
  pageEnv,
  receiveEnv,
  ticketEnv,
  tickEnv,
} from '#lambdas/env.ts';
import type { Stage } from '#lib/bundle.ts';

export const settingsOf: Readonly<Record<Stage, Readonly<Record<string, string>>>> = {
  ingest: ingestEnv,
  logs: logsEnv,
  assess: assessEnv,
  notify: notifyEnv,
  page: pageEnv,
  ticket: ticketEnv,
  other: otherEnv,
  receive: receiveEnv,
  tick: tickEnv,
  audit: auditEnv,
  anchor: anchorEnv,
  export: exportEnv,
  console: consoleEnv,
};
