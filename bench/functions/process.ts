// Decides how a bundled function is run here: in a Node of its own that knows nothing but its settings, called with one event at a time.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as functionEnv from '#lambdas/env.ts';
import { consoleHost, kitRecipients, logGroup } from './events.ts';

export type Invocation = {
  readonly answer?: unknown;
  /** The stack of what the handler threw. */
  readonly failure?: string;
  /** Milliseconds of processor time from the import's begin: to its end (next to 0 where it was loaded already), */
  readonly imported: number;
  /** and to the end of the call. */
  readonly ended: number;
  readonly logged: string;
};

export type FunctionProcess = {
  /** `aheadBy`: milliseconds that its clock goes before ours. */
  readonly invoke: (stage: string, event: unknown, aheadBy?: number) => Promise<Invocation>;
  readonly close: () => void;
};

const runtime = fileURLToPath(new URL('./runtime.js', import.meta.url));

const isSpec = (value: unknown): value is Readonly<Record<string, string>> => typeof value === 'object' && value !== null;

/** Every setting that any function reads, by its kind: queues of the stand-in, names, small numbers. */
const settingsFor = (url: string): Readonly<Record<string, string>> => {
  const specs = Object.values(functionEnv).filter(isSpec);
  const value = (name: string, kind: string): string => {
    const word = name.toLowerCase().replaceAll('_', '-');
    if (kind === 'url') return `${url}/000000000000/${word.replace(/-queue-url$/, '')}`;
    return kind === 'count' ? '8' : word.replace(/-(bucket|secret|table)$/, '');
  };
  return Object.fromEntries(specs.flatMap((spec) => Object.entries(spec).map(([name, kind]) => [name, value(name, kind)])));
};

const aws = (url: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'stand-in',
  AWS_SECRET_ACCESS_KEY: 'stand-in',
  // As Lambda sets them: the SDK then looks for no files of settings and no metadata service.
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'art33',
  CONSOLE_HOSTS: consoleHost,
  KIT_RECIPIENTS: kitRecipients,
  OBJECTS: '{}',
  LOG_GROUPS: JSON.stringify({ [logGroup.name]: logGroup.source }),
  VAULT_REGION: 'eu-west-1',
  // Requests are counted here, and no time is spent waiting.
  MAIL_RATE: '9999',
});

export const startFunctions = (folder: string, url: string): FunctionProcess => {
  const child = fork(runtime, [folder], {
    env: { ...settingsFor(url), ...aws(url) },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let calls = 0;
  return {
    invoke: (stage, event, aheadBy = 0) =>
      new Promise((resolve, reject) => {
        calls += 1;
        const ended = (cause?: unknown): void =>
          reject(new Error(`the process of ${stage} ended before it answered${cause instanceof Error ? `: ${cause.message}` : ''}`));
        for (const end of ['exit', 'error'] as const) child.once(end, ended);
        child.once('message', (message) => {
          for (const end of ['exit', 'error'] as const) child.off(end, ended);
          resolve(message as Invocation);
        });
        child.send({ stage, event, aheadBy, id: `call-${calls}` });
      }),
    close: () => void (child.connected && child.disconnect()),
  };
};
