// Decides what is measured: idle rounds, signals of three fates, one incident from the finding to the last delivery, and rounds with it in the ledger.
import { ban, breach, bySchedule, consoleHost, delivery, httpEvent } from '../functions/events.ts';
import type { Taken } from './use.ts';
import type { CostWorld } from './world.ts';

/** Parts of the story. `idle/…`, `many/…` and `with-incident/…` are a call of each function that comes by itself, at three points of it. */
export type Parts = Readonly<Record<string, Taken>>;

const lead = { sub: 'sub-1', email: 'malik.brandt@muster.example', email_verified: 'true' };

type Page = { readonly statusCode: number; readonly body: string };

const ask = async (world: CostWorld, method: string, path: string, fields?: Readonly<Record<string, string>>): Promise<Page> => {
  const headers = { host: consoleHost, origin: `https://${consoleHost}`, 'content-type': 'application/x-www-form-urlencoded' };
  const body = fields === undefined ? {} : { body: new URLSearchParams(fields).toString() };
  const page = (await world.invoke(
    'console',
    httpEvent(method, path, { headers, authorizer: { jwt: { claims: lead } }, ...body }),
  )) as Page;
  if (page.statusCode >= 400) throw new Error(`the console answered ${page.statusCode} to ${method} ${path}: ${page.body.slice(0, 200)}`);
  return page;
};

const first = (pattern: RegExp, text: string): string => {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the console's page holds nothing like ${pattern}`);
  return found;
};

/** What the lead does: looks at the list and the incident, takes it, confirms it, which releases the notices too. */
const decide = async (world: CostWorld): Promise<void> => {
  const path = first(/href="(\/incidents\/inc-[a-z2-7]+)"/, (await ask(world, 'GET', '/')).body);
  const token = first(/name="token" value="([^"]+)"/, (await ask(world, 'GET', path)).body);
  await ask(world, 'POST', `${path}/acknowledge`, { token });
  const page = await ask(world, 'GET', path);
  const since = first(/name="since"[^>]* value="([^"]+)"/, page.body);
  await ask(world, 'POST', `${path}/confirm`, { token, since, how: 'seen in the access log' });
};

/** One call a quarter of an hour later: what a function keeps in between is old, as it mostly is for one at rest. */
const round = async (world: CostWorld, stage: string): Promise<Taken> => {
  world.ahead(15);
  world.take();
  await world.invoke(stage, bySchedule);
  return world.take();
};

const rounds = async (world: CostWorld, clocked: readonly string[], when: string): Promise<Parts> => {
  const parts: Record<string, Taken> = {};
  for (const stage of clocked) parts[`${when}/${stage}`] = await round(world, stage);
  return parts;
};

const send = async (world: CostWorld, n: number): Promise<void> => {
  const { statusCode } = (await world.invoke('ingest', delivery(ban(n)))) as Page;
  if (statusCode !== 202) throw new Error(`the door answered ${statusCode}`);
};

/** The first call of a process loads and connects; it is not what a month is made of. A source was heard of once, as in any month. */
const warm = async (world: CostWorld, clocked: readonly string[]): Promise<void> => {
  for (const stage of clocked) await world.invoke(stage, bySchedule);
  await send(world, 0);
  await world.drain();
};

const signals = async (world: CostWorld, clocked: readonly string[], count: number): Promise<Parts> => {
  world.take();
  for (let n = 1; n <= count; n += 1) {
    await send(world, n);
    await world.drain();
  }
  const settled = world.take();
  for (const { body } of world.lastRead('assess')) world.deliver('assess', body);
  await world.drain();
  const duplicate = world.take();
  return { settled, duplicate, ...(await rounds(world, clocked, 'many')) };
};

const untilQuiet = async (world: CostWorld, hours: number): Promise<void> => {
  for (let half = 0; half < hours * 2; half += 1) {
    world.ahead(30);
    await world.invoke('tick', bySchedule);
    await world.drain();
  }
};

/** How long the incident is followed: beyond the reminder of the next word, which comes after 24 hours. */
const followedHours = 26;

const incident = async (world: CostWorld): Promise<Parts> => {
  world.deliver('assess', breach(1));
  await world.drain();
  await decide(world);
  await world.drain();
  const opened = world.take();
  world.deliver('assess', breach(2));
  await world.drain();
  const attached = world.take();
  await untilQuiet(world, followedHours);
  const followed = world.take();
  return { opened, attached, followed };
};

/** `clocked`: the functions that come by themselves. `count`: signals that are settled, each sent alone. */
export const tell = async (world: CostWorld, clocked: readonly string[], count: number): Promise<Parts> => {
  await warm(world, clocked);
  return {
    ...(await rounds(world, clocked, 'idle')),
    ...(await signals(world, clocked, count)),
    ...(await incident(world)),
    ...(await rounds(world, clocked, 'with-incident')),
  };
};
