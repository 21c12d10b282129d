// Sends raw events: to a door over HTTP, to the running process, or into the store for the next start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SentEvent, storeEvents } from '#local/commands.ts';
import { type Played, eventsUnder } from '#local/play.ts';
import { CliFailure, CliUse, type Command, configuration, dataDirFor, print, readWords, withStore } from './command.ts';

const decoder = new TextDecoder();

const tokenIn = (dataDir: string, source: string): string => {
  const fromEnvironment = process.env['ART33_TOKEN'];
  if (fromEnvironment) return fromEnvironment;
  try {
    const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { tokens?: Record<string, string | string[]> };
    const [token] = [secrets.tokens?.[source]].flat();
    if (token) return token;
  } catch {
    // said below
  }
  throw new CliFailure(`no token for ${source}: set ART33_TOKEN, or name the data folder that holds secrets.json with --data DIR.`);
};

const bySource = (events: readonly Played[]): ReadonlyMap<string, readonly Played[]> => Map.groupBy(events, (event) => event.source);

const post = async (to: string, source: string, events: readonly Played[], token: string): Promise<number> => {
  // One event a request: log lines and JSON keep their own shapes.
  let stored = 0;
  for (const event of events) {
    const url = new URL(`/signals/${source}`, to);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new Uint8Array(event.bytes),
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    }).catch(() => {
      throw new CliFailure(`${url.origin} does not answer. Is Art33 running there?`);
    });
    const body = (await answer.json().catch(() => ({}))) as { stored?: number; error?: string };
    if (answer.status !== 202)
      throw new CliFailure(`${url.origin} answered ${answer.status}: ${body.error ?? 'no reason given'} (${stored} stored before that)`);
    stored += body.stored ?? 0;
  }
  return stored;
};

const overHttp = async (to: string, events: readonly Played[], dataDir: string): Promise<number> => {
  if (!URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol))
    throw new CliUse(`--to ${to}: not an address; write it as http://localhost:3333.`);
  let stored = 0;
  for (const [source, own] of bySource(events)) stored += await post(to, source, own, tokenIn(dataDir, source));
  return stored;
};

const intoStore = async (events: readonly Played[], dataDir: string): Promise<number> => {
  const sent: readonly SentEvent[] = events.map((event) => ({ source: event.source, text: decoder.decode(event.bytes) }));
  const done = await withStore<{ stored: number }>(dataDir, { path: '/send', method: 'POST', body: sent }, async (node) => ({
    stored: await storeEvents(node, sent),
  }));
  return done.stored;
};

export const sendCommand: Command = {
  name: 'send',
  summary: 'send raw events from files',
  help: `art33 send FILE… [--source NAME] [--config DIR] [--to URL] [--json] [--data DIR]
  Without --to: to the Art33 that runs on this data folder, else into its store, to be assessed at the next start.
  With --to: to POST URL/signals/{source}, with the token from DIR/secrets.json or ART33_TOKEN.
  --source: a name of docs/sources.md, or of a mapping in DIR/sources/; without it each event is recognised by its fields.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, {
      json: { type: 'boolean' },
      source: { type: 'string' },
      config: { type: 'string' },
      to: { type: 'string' },
      data: { type: 'string' },
    });
    if (positionals.length === 0) throw new CliUse('send takes at least one file: art33 send FILE.');
    const source = values.source ?? 'auto';
    const { sources } = await configuration(values.config);
    if (source !== 'auto' && !sources.readers.has(source)) throw new CliUse(`--source ${source}: there is ${sources.names.join(', ')}.`);
    const events = eventsUnder(positionals, sources, source);
    if (!events.ok) throw new CliFailure(events.error);
    const dataDir = dataDirFor(values.data);
    const stored = values.to === undefined ? await intoStore(events.value, dataDir) : await overHttp(values.to, events.value, dataDir);
    print(values.json ? JSON.stringify({ stored }) : `${stored} event(s) stored`);
    return 0;
  },
};
