// Sends raw events: to a door over HTTP, to the running process, or into the store for the next start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SentEvent, storeEvents } from '#local/commands.ts';
import type { SourceReader } from '#core/signal/signal.ts';
import type { Sources } from '#core/signal/sources.ts';
import { UnreadableFile, checkFiles, readPieces } from '#local/event-file.ts';
import { type Played, bytesOf, eventFiles } from '#local/play.ts';
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

/** Puts some events where they belong, and says how many were stored. */
type Put = (events: readonly Played[]) => Promise<number>;

const overHttp = (to: string, dataDir: string): Put => {
  if (!URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol))
    throw new CliUse(`--to ${to}: not an address; write it as http://localhost:3333.`);
  return async (events) => {
    let stored = 0;
    for (const [source, own] of Map.groupBy(events, (event) => event.source))
      stored += await post(to, source, own, tokenIn(dataDir, source));
    return stored;
  };
};

const intoStore =
  (dataDir: string): Put =>
  async (events) => {
    const sent: readonly SentEvent[] = events.map((event) => ({ source: event.source, text: decoder.decode(event.bytes) }));
    const done = await withStore<{ stored: number }>(dataDir, { path: '/send', method: 'POST', body: sent }, async (node) => ({
      stored: await storeEvents(node, sent),
    }));
    return done.stored;
  };

type Sending = { readonly sources: Sources; readonly source: string; readonly put: Put; stored: number };

/** Piece by piece. An event that no source knows goes to the first one that the file has shown. */
const sendFile = async (file: string, sending: Sending): Promise<void> => {
  let fallback: SourceReader | undefined;
  for await (const { events } of readPieces(file, sending.sources, sending.source)) {
    fallback ??= events.find(({ reader }) => reader)?.reader;
    const played = events.map(({ event, reader = fallback }): Played => ({ source: reader?.name ?? '', bytes: bytesOf(event) }));
    sending.stored += await sending.put(played);
  }
};

const sendAll = async (paths: readonly string[], sending: Sending): Promise<void> => {
  const files = eventFiles(paths);
  if (!files.ok) throw new CliFailure(files.error);
  try {
    await checkFiles(files.value, sending.sources, sending.source);
    for (const file of files.value) await sendFile(file, sending);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    const before = sending.stored === 0 ? '' : ` ${sending.stored} event(s) were stored before that; sent again they count once.`;
    throw new CliFailure(cause.message + before);
  }
};

export const sendCommand: Command = {
  name: 'send',
  summary: 'send raw events from files',
  help: `art33 send FILE… [--source NAME] [--config DIR] [--to URL] [--json] [--data DIR]
  Without --to: to the Art33 that runs on this data folder, else into its store, to be assessed at the next start.
  With --to: to POST URL/signals/{source}, with the token from DIR/secrets.json or ART33_TOKEN.
  Files of any size, packed with gzip too, are read piece by piece.
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
    const dataDir = dataDirFor(values.data);
    const put = values.to === undefined ? intoStore(dataDir) : overHttp(values.to, dataDir);
    const sending: Sending = { sources, source, put, stored: 0 };
    await sendAll(positionals, sending);
    const { stored } = sending;
    print(values.json ? JSON.stringify({ stored }) : `${stored} event(s) stored`);
    return 0;
  },
};
