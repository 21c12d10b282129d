// Decides which configuration a function works under while somebody pushes: within a minute the new one, never a bad one (D-29).
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Instant, instantOf, minutes, plus, seconds } from '#core/kernel/time.ts';
import { type Log, PortError } from '#flow/ports.ts';
import { type Deployed, encode } from '#lambdas/deployed.ts';
import { type LiveSettings, liveDirectory } from '#lambdas/live-directory.ts';
import { opened } from '#lambdas/world.ts';
import { exampleDeployed } from './settings.ts';

let bundled: Deployed;
beforeAll(async () => {
  bundled = await exampleDeployed();
});

let now: Instant;
let asked: (string | undefined)[];
let answer: LiveSettings['read'];
let said: string[];
const note =
  (level: string): Log['info'] =>
  (event) =>
    said.push(`${level} ${event}`);
beforeEach(() => {
  now = plus(bundled.madeAt, minutes(60));
  asked = [];
  said = [];
});

const live = (inForceOf: LiveSettings['inForceOf'] = ({ configuration }) => ({ configuration, rules: noRules })) =>
  liveDirectory({
    bundled,
    read: async (etag) => {
      asked.push(etag);
      return answer(etag);
    },
    inForceOf,
    clock: { now: () => now },
    log: { info: note('info'), warn: note('warn'), error: note('error') },
  });
const noRules = { rules: [], byName: new Map(), hash: 'none' };

const url = 'https://new.example.com';
const pushedAt = (madeAt: Instant): string =>
  encode({ ...bundled, madeAt, configuration: { ...bundled.configuration, baseUrl: url as never } });
const newer = () => pushedAt(plus(bundled.madeAt, minutes(5)));
const baseUrl = (directory: ReturnType<typeof live>): string => directory.current().configuration.baseUrl;

describe('the directory of a function', () => {
  it('is the bundled one as long as nothing was pushed', async () => {
    answer = async () => undefined;
    const directory = live();
    await directory.refresh?.();
    expect(directory.current().configuration).toEqual(bundled.configuration);
    expect(said).toEqual([]);
  });

  it('is the pushed one at the next look, at most a minute later, and asks no more often', async () => {
    answer = async () => undefined;
    const directory = live();
    await directory.refresh?.();
    answer = async () => ({ text: newer(), etag: '"2"' });
    now = plus(now, seconds(59));
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(bundled.configuration.baseUrl);
    now = plus(now, seconds(1));
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(url);
    now = plus(now, minutes(1));
    answer = async () => 'unchanged';
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(url);
    expect(asked).toEqual([undefined, undefined, '"2"']);
  });

  it('is looked at before each invocation, the first one too', async () => {
    answer = async () => ({ text: newer(), etag: '"1"' });
    const open = opened('x', { info: note('info'), warn: note('warn'), error: note('error') }, async () => ({ directory: live() }));
    expect((await open()).directory.current().configuration.baseUrl).toBe(url);
    now = plus(now, minutes(1));
    answer = async () => ({ text: pushedAt(instantOf(bundled.madeAt - 1)), etag: '"2"' });
    expect((await open()).directory.current().configuration.baseUrl).toBe(bundled.configuration.baseUrl);
  });

  it('stays the bundled one where that was made later', async () => {
    answer = async () => ({ text: pushedAt(instantOf(bundled.madeAt - 1)), etag: '"1"' });
    const directory = live();
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(bundled.configuration.baseUrl);
  });

  it.each([
    ['of another version', () => newer().replace('"v":4', '"v":3')],
    ['that is no JSON', () => newer().slice(0, 100)],
    ['that is empty', () => ''],
  ])('keeps the last good one when a document comes %s, and says it as an error', async (_, bad) => {
    answer = async () => ({ text: newer(), etag: '"1"' });
    const directory = live();
    await directory.refresh?.();
    answer = async () => ({ text: bad(), etag: '"2"' });
    now = plus(now, minutes(1));
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(url);
    expect(said).toEqual(['info directory-taken', 'error directory-refused']);
  });

  it('keeps the last good one when its rules are refused', async () => {
    answer = async () => ({ text: newer(), etag: '"1"' });
    const directory = live(({ configuration, madeAt }) => {
      if (madeAt !== bundled.madeAt) throw new Error('rules are refused');
      return { configuration, rules: noRules };
    });
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(bundled.configuration.baseUrl);
    expect(said).toEqual(['error directory-refused']);
  });

  it('tells what was deployed, and so was checked by the same code, from what was pushed', async () => {
    const told: boolean[] = [];
    const inForceOf: LiveSettings['inForceOf'] = ({ configuration }, checked) => {
      told.push(checked);
      return { configuration, rules: noRules };
    };
    answer = async () => undefined;
    live(inForceOf).current();
    answer = async () => ({ text: newer(), etag: '"1"' });
    const directory = live(inForceOf);
    await directory.refresh?.();
    directory.current();
    expect(told).toEqual([true, false]);
  });

  it('makes rules of the newest alone: never of the bundled one that a push has replaced', async () => {
    const made: Instant[] = [];
    answer = async () => ({ text: newer(), etag: '"1"' });
    const directory = live(({ configuration, madeAt }) => {
      made.push(madeAt);
      return { configuration, rules: noRules };
    });
    await directory.refresh?.();
    directory.current();
    directory.current();
    expect(made).toEqual([plus(bundled.madeAt, minutes(5))]);
  });

  it('makes them once where nothing was pushed', async () => {
    let made = 0;
    answer = async () => undefined;
    const directory = live(({ configuration }) => {
      made += 1;
      return { configuration, rules: noRules };
    });
    await directory.refresh?.();
    directory.current();
    directory.current();
    expect(made).toBe(1);
  });

  it('keeps the last good one while S3 does not answer, and looks again a minute later', async () => {
    answer = async () => {
      throw new PortError('directory', 'again', 'no answer');
    };
    const directory = live();
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(bundled.configuration.baseUrl);
    expect(said).toEqual(['warn directory-unread']);
    answer = async () => ({ text: newer(), etag: '"1"' });
    now = plus(now, minutes(1));
    await directory.refresh?.();
    expect(baseUrl(directory)).toBe(url);
  });
});
