// The door for one machine: `npm start`. Plays the demo or serves an operator's own configuration, and keeps running.
import { parseArgs } from 'node:util';
import { parseDuration } from '#core/kernel/time.ts';
import { runOnce, serve } from '#local/start.ts';
import { StartRefused } from '#local/refused.ts';

const usage = `npm start -- [--config DIR] [--data DIR] [--port N]        serve; with no --config the demo plays first
npm start --silent -- --once --json [--config DIR] [--data DIR] [--events PATH …] [--later DURATION]`;

const options = {
  once: { type: 'boolean' },
  json: { type: 'boolean' },
  config: { type: 'string' },
  data: { type: 'string' },
  events: { type: 'string', multiple: true },
  port: { type: 'string' },
  later: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const wrongUse = (message: string): never => {
  process.stderr.write(`art33: ${message}\n${usage}\n`);
  process.exit(2);
};

const parse = () => {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (cause) {
    return wrongUse(cause instanceof Error ? cause.message : 'unknown option');
  }
};

const { values, positionals } = parse();
if (values.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
// `--events a b c`: what follows the first path belongs to it.
if (positionals.length > 0 && !values.events) wrongUse(`what is ${positionals[0]}? Give events as --events PATH.`);
const later = values.later === undefined ? undefined : parseDuration(values.later);
if (later && !later.ok) wrongUse(`--later: ${later.error}.`);
if (values.later !== undefined && values.config !== undefined) wrongUse('--later rehearses the example only; your own clocks are real.');
const port = Number(values.port ?? '3333');
if (!Number.isInteger(port) || port < 0 || port > 65_535) wrongUse('--port: a number from 0 to 65535.');

const settings = {
  environment: process.env,
  port,
  ...(values.config === undefined ? {} : { config: values.config }),
  ...(values.data === undefined ? {} : { data: values.data }),
  ...(values.events === undefined ? {} : { events: [...values.events, ...positionals] }),
  ...(later?.ok ? { ahead: later.value } : {}),
};

try {
  if (values.once) await runOnce(settings, values.json === true);
  else await serve(settings);
} catch (cause) {
  if (!(cause instanceof StartRefused)) throw cause;
  process.stderr.write(`${cause.message}\n`);
  process.exit(1);
}
