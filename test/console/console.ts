// Decides how the console is tested without a socket: the app itself, before a world with an incident in it.
import { consoleApp } from '#console/app.ts';
import type { Session, Sessions } from '#console/deps.ts';
import { replayHere } from '#flow/read-again.ts';
import { reportsHere } from '#local/reports.ts';
import type { PersonId } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import { type Harness, openHarness } from '../flow/harness.ts';

export const host = 'localhost:3333';
const origin = `http://${host}`;

export const openConsole = async ({ reports = true, startAt }: { readonly reports?: boolean; readonly startAt?: Instant } = {}) => {
  const h: Harness = await openHarness(startAt === undefined ? {} : { startAt });
  const counted = new Map<string, number>();
  const counters = {
    count: (name: string) => void counted.set(name, (counted.get(name) ?? 0) + 1),
    all: () => Object.fromEntries(counted),
  };
  let session: Session = { id: 'cookie', formToken: 'form-token' };
  const sessions: Sessions = {
    enter: (once) => (once === 'once' ? session : undefined),
    find: (id) => (id === session.id ? session : undefined),
    choose: (_id, person: PersonId) => {
      session = { ...session, person };
    },
  };
  const app = consoleApp({
    world: h.world,
    outbox: h.node.outbox,
    sessions,
    hosts: new Set([host]),
    counters,
    replay: replayHere(h.world),
    envelopes: h.node.envelopes,
    ...(reports ? { reports: reportsHere(h.world), showsRaw: true } : {}),
  });
  const ask = (path: string, init: RequestInit = {}, headers: Readonly<Record<string, string>> = {}) =>
    app.request(`${origin}${path}`, { ...init, headers: { host, cookie: 'art33=cookie', ...headers } });
  return {
    h,
    counted,
    ask,
    /** Acts as this person of the directory from now on. */
    as: (person: string) => sessions.choose('cookie', person as PersonId),
    post: (path: string, fields: Readonly<Record<string, string>> = {}, headers: Readonly<Record<string, string>> = { origin }) =>
      ask(path, { method: 'POST', body: new URLSearchParams({ token: 'form-token', ...fields }) }, headers),
    get: async (path: string): Promise<string> => (await ask(path)).text(),
    close: () => {
      h.takeMessages();
      h.close();
    },
  };
};

export type Console = Awaited<ReturnType<typeof openConsole>>;
