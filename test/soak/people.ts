// Decides what people do in the console while the service is struck: take an incident, confirm it with release, note that a notice arrived.
import { type Browser, openBrowser } from '../local/browser.ts';
import type { Act } from './check/facts.ts';
import type { Dice } from './dice.ts';
import type { Up } from './service.ts';

export type People = {
  /** One act on some incident that the console shows; nothing when there is none. */
  readonly act: (up: Up, roll: Dice, now: number) => Promise<void>;
  readonly acts: readonly Act[];
};

const signIn = async (up: Up): Promise<Browser> => {
  const browser = await openBrowser(up.port, up.link);
  await browser.post('/who', '/who', { person: 'malik-brandt' });
  return browser;
};

const confirmation = (now: number): Readonly<Record<string, string>> => ({
  since: new Date(now).toISOString().slice(0, 16),
  how: 'read in the access log',
  reason: 'the log was read later',
});

type Wanted = Omit<Act, 'result'> & { readonly fields: Readonly<Record<string, string>> };

/** The first of these incidents with a notice that nobody has heard of yet. */
const arrival = async (browser: Browser, incidents: readonly string[]): Promise<Wanted | undefined> => {
  for (const incident of incidents) {
    const page = (await browser.get(`/incidents/${incident}`)).text;
    const duty = /action="\/incidents\/[^"]+\/arrived"[\s\S]{0,600}?<option value="(duty-[a-z2-7]+)"/.exec(page)?.[1];
    if (duty !== undefined) return { incident, what: 'arrived', duty, fields: { duty, how: 'they called back' } };
  }
  return undefined;
};

/** So many pages does a person open in search of something to do. */
const patience = 8;

const wantedAmong = async (browser: Browser, incidents: readonly string[], roll: Dice, now: number): Promise<Wanted | undefined> => {
  const what = roll.pick(['acknowledge', 'confirm', 'confirm', 'arrived'] as const);
  const from = roll.below(incidents.length);
  const turned = [...incidents.slice(from), ...incidents.slice(0, from)];
  if (what === 'arrived') return arrival(browser, turned.slice(0, patience));
  const [incident] = turned;
  return incident === undefined ? undefined : { incident, what, fields: what === 'confirm' ? confirmation(now) : {} };
};

export const openPeople = (): People => {
  const acts: Act[] = [];
  let signedIn: { readonly link: string; readonly browser: Browser } | undefined;

  const on = async (up: Up): Promise<Browser> => {
    if (signedIn?.link !== up.link) signedIn = { link: up.link, browser: await signIn(up) };
    return signedIn.browser;
  };

  const carryOut = async (browser: Browser, { fields, ...act }: Wanted): Promise<void> => {
    const page = `/incidents/${act.incident}`;
    try {
      const answer = await browser.post(page, `${page}/${act.what}`, fields);
      if (answer.status === 303) acts.push({ ...act, result: 'done' });
    } catch {
      acts.push({ ...act, result: 'unknown' });
    }
  };

  return {
    acts,
    act: async (up, roll, now) => {
      // Rolled before anything can fail, so that the next decisions are the same.
      const own = roll.branch(String(roll.below(1_000_000)));
      try {
        const browser = await on(up);
        const shown = [
          ...new Set([...(await browser.get('/')).text.matchAll(/\/incidents\/(inc-[a-z2-7]+)/g)].map((match) => match[1] ?? '')),
        ];
        const wanted = await wantedAmong(browser, shown, own, now);
        if (wanted) await carryOut(browser, wanted);
      } catch {
        // Killed while the page was read: nothing was done.
      }
    },
  };
};
