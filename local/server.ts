// Decides what one machine listens on: the console and the doors on 127.0.0.1, the doors alone in the open, commands on a socket (D-7, D-11, D-12).
import { chmodSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { consoleApp } from '#console/app.ts';
import { addAdvice } from '#console/advice.ts';
import type { ConsoleDeps, Sessions } from '#console/deps.ts';
import { doors } from '#console/doors.ts';
import { type Env, ownHost, securityHeaders } from '#console/guard.ts';
import { slackDoor } from '#console/slack.ts';
import { replayHere } from '#flow/read-again.ts';
import { reportsHere } from './reports.ts';
import { googlePushTokens } from '#adapters/http/push-token.ts';
import { type Proxies, senderAddress } from './address.ts';
import { commandsApp } from './commands.ts';
import type { Node } from './node.ts';

export type Listening = { readonly close: () => Promise<void>; readonly port: number };

type Fetch = (request: Request) => Response | Promise<Response>;

const listen = (server: Server, where: { readonly port: number; readonly host: string } | { readonly path: string }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });

const serve = async (
  fetch: Fetch,
  where: { readonly port: number; readonly host: string } | { readonly path: string },
): Promise<Listening> => {
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  await listen(server, where);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const doorsOf = (node: Node, proxies?: Proxies) =>
  doors({
    world: node.world,
    counters: node.counters,
    tokensOf: async (source) => node.tokensOf(source),
    addressOf: senderAddress(proxies),
    verifyPush: googlePushTokens({ clock: node.world.clock }),
  });

export type ServerSettings = {
  readonly node: Node;
  readonly sessions: Sessions;
  readonly port: number;
  readonly hosts: readonly string[];
  readonly banner?: string;
};

/** Console and doors for this machine only. */
export const serveHere = async ({ node, sessions, port, hosts, banner }: ServerSettings): Promise<Listening> => {
  const own = new Set(hosts);
  const app = new Hono();
  for (const path of ['/signals/*', slackDoor]) app.use(path, ownHost(own));
  app.route('/', doorsOf(node));
  app.route(
    '/',
    consoleApp({
      world: node.world,
      outbox: node.outbox,
      sessions,
      hosts: own,
      counters: node.counters,
      replay: replayHere(node.world, node.keepNames),
      reports: reportsHere(node.world),
      showsRaw: true,
      envelopes: node.envelopes,
      ...(banner === undefined ? {} : { banner }),
    }),
  );
  const listening = await serve(app.fetch, { port, host: '127.0.0.1' });
  for (const name of ['localhost', '127.0.0.1', '[::1]']) own.add(`${name}:${listening.port}`);
  return listening;
};

/** The console alone, on 127.0.0.1, over a world that lies elsewhere. */
export const serveConsole = async (deps: Omit<ConsoleDeps, 'hosts'>, port: number): Promise<Listening> => {
  const own = new Set<string>();
  const listening = await serve(consoleApp({ ...deps, hosts: own }).fetch, { port, host: '127.0.0.1' });
  for (const name of ['localhost', '127.0.0.1', '[::1]']) own.add(`${name}:${listening.port}`);
  return listening;
};

/** `host:port` of ART33_PUBLIC. Only what strangers may reach: never the console (D-12). */
export const serveOpenly = async (node: Node, address: string, proxies: Proxies): Promise<Listening> => {
  const match = /^(.*):(\d{1,5})$/.exec(address);
  if (!match) throw new Error(`ART33_PUBLIC: ${address} is no address; write it as 0.0.0.0:8443.`);
  const app = new Hono<Env>();
  app.use('*', securityHeaders);
  app.route('/', doorsOf(node, proxies));
  addAdvice(app, {
    world: node.world,
    outbox: node.outbox,
    hosts: new Set(),
    counters: node.counters,
    replay: replayHere(node.world),
    sessions: { enter: () => undefined, find: () => undefined, choose: () => undefined },
  });
  return serve(app.fetch, { port: Number(match[2]), host: match[1] ?? '' });
};

/** The socket on which `art33 due` and its like find a running process; 0600, so only its owner. */
export const serveCommands = async (node: Node, dataDir: string): Promise<Listening> => {
  const path = join(dataDir, 'sock');
  rmSync(path, { force: true });
  const listening = await serve(commandsApp(node).fetch, { path });
  chmodSync(path, 0o600);
  return { ...listening, close: async () => listening.close().finally(() => rmSync(path, { force: true })) };
};
