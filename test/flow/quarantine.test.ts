// Holds that what could not be read is read after a fix, once, with its receipt exchanged so that the four still add up (D-9).
import { afterEach, describe, expect, it } from 'vitest';
import { hours, plus } from '#core/kernel/time.ts';
import { at, listOf } from '#core/signal/fields.ts';
import { coded, sourcesOf } from '#core/signal/sources.ts';
import type { SourceReader } from '#core/signal/signal.ts';
import { assess } from '#flow/assess.ts';
import { PortError, type World } from '#flow/ports.ts';
import { chosenFrom, heapsOf, quarantineId, quarantineJson, quarantinedEvent, replayByQueue } from '#flow/quarantine.ts';
import { replayHere } from '#flow/read-again.ts';
import { type Harness, openHarness } from './harness.ts';
import { exfiltration, raw } from './raw-events.ts';

/** The reader of GuardDuty, broken until it is mended: then it takes its findings out of an envelope too. */
const broken = { yes: true };
const guardduty = coded.find((one) => one.name === 'guardduty') as SourceReader;
const brittle: SourceReader = {
  ...guardduty,
  recognises: (event) => (!broken.yes && at(event.json, 'batch') !== undefined) || guardduty.recognises(event),
  split: (value) => (broken.yes || at(value, 'batch') === undefined ? guardduty.split?.(value) : listOf(at(value, 'batch'))),
  read: (event, context) =>
    broken.yes ? { ok: false, error: { field: 'detail.type', expected: 'text' } } : guardduty.read(event, context),
};
const sources = sourcesOf([brittle]);

let house: Harness;
const open = async (wrap: (world: World) => World = (world) => world): Promise<void> => {
  broken.yes = true;
  house = await openHarness({ wrap: (world) => wrap({ ...world, sources: { current: () => sources } }) });
};
afterEach(() => {
  house.takeMessages();
  house.close();
});

const counts = async (): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries((await house.world.ledger.intake()).map((row) => [`${row.source} ${row.disposition}`, row.count]));
const kept = () => house.world.ledger.quarantined(100);
const parsedOf = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
const signs = () => house.incidents().then((all) => all.map((one) => [one.outcome, one.signalCount]));

describe('a replay', () => {
  it('reads after a fix what could not be read, once, and the receipts add up to what was stored', async () => {
    await open();
    await house.play([exfiltration()]);
    expect(await counts()).toEqual({ 'guardduty quarantined': 1, 'guardduty stored': 1 });
    const receipts = await kept();
    broken.yes = false;
    expect(await replayHere(house.world)(receipts)).toEqual({ attached: 1, assessed: 0, duplicate: 0, quarantined: 0 });
    expect(await counts()).toEqual({ 'guardduty attached': 1, 'guardduty stored': 1 });
    expect(await kept()).toEqual([]);
    expect(await signs()).toEqual([['suspected-breach', 1]]);
    // Again from a list that is out of date: nothing is read twice.
    expect(await replayHere(house.world)(receipts)).toMatchObject({ attached: 1, quarantined: 0 });
    expect(await signs()).toEqual([['suspected-breach', 1]]);
    expect(await counts()).toEqual({ 'guardduty attached': 1, 'guardduty stored': 1 });
  });

  it('of two at once makes one signal', async () => {
    await open();
    await house.play([exfiltration()]);
    const receipts = await kept();
    broken.yes = false;
    await Promise.all([replayHere(house.world)(receipts), replayHere(house.world)(receipts)]);
    expect(await signs()).toEqual([['suspected-breach', 1]]);
    expect(await counts()).toEqual({ 'guardduty attached': 1, 'guardduty stored': 1 });
  });

  it('of a second delivery of the same event ends as seen before', async () => {
    await open();
    await house.play([exfiltration(), { ...exfiltration(), bytes: new Uint8Array([...exfiltration().bytes, 32]) }]);
    broken.yes = false;
    expect(await replayHere(house.world)(await kept())).toEqual({ attached: 1, assessed: 0, duplicate: 1, quarantined: 0 });
    expect(await signs()).toEqual([['suspected-breach', 1]]);
  });

  it('of what still can’t be read leaves it as old as it is, under the reason of today', async () => {
    await open();
    await house.play([raw('guardduty', { id: 'x' })]);
    const [before] = await kept();
    house.clock.set(plus(house.clock.now(), hours(1)));
    broken.yes = false;
    expect(await replayHere(house.world)(await kept())).toMatchObject({ quarantined: 1 });
    const [after] = await kept();
    expect(after).toMatchObject({ at: before?.at, received: before?.received, disposition: 'quarantined' });
    expect(after?.reason).not.toBe(before?.reason);
  });

  it('is decided again when something else changed meanwhile', async () => {
    let clashes = 0;
    await open((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        commit: async (writes) => {
          if (clashes > 0 && writes.some((write) => write.put === 'receipt')) {
            clashes -= 1;
            return 'conflict';
          }
          return world.ledger.commit(writes);
        },
      },
    }));
    await house.play([exfiltration()]);
    broken.yes = false;
    clashes = 2;
    expect(await replayHere(house.world)(await kept())).toMatchObject({ attached: 1 });
    expect(await counts()).toEqual({ 'guardduty attached': 1, 'guardduty stored': 1 });
  });

  it('remembers when the event came in', async () => {
    await open();
    await house.play([exfiltration()]);
    const cameIn = house.clock.now();
    house.clock.set(plus(cameIn, hours(2)));
    broken.yes = false;
    await replayHere(house.world)(await kept());
    expect((await house.incident()).signals.map((signal) => signal.received)).toEqual([cameIn]);
  });

  it('stops while the world fails, and leaves the rest in quarantine', async () => {
    let away = false;
    await open((world) => ({
      ...world,
      evidence: {
        ...world.evidence,
        get: async (ref) => {
          if (away) throw new PortError('evidence', 'again', 'away');
          return world.evidence.get(ref);
        },
      },
    }));
    await house.play([exfiltration()]);
    broken.yes = false;
    away = true;
    await expect(replayHere(house.world)(await kept())).rejects.toThrow('away');
    away = false;
    expect(await replayHere(house.world)(await kept())).toMatchObject({ attached: 1 });
  });

  it('meets a fault of ours as the first time did: kept, and the others go on', async () => {
    let faulty = false;
    await open((world) => ({
      ...world,
      ledger: {
        ...world.ledger,
        signal: async (id) => {
          if (faulty) {
            faulty = false;
            throw new TypeError('x is not a function');
          }
          return world.ledger.signal(id);
        },
      },
    }));
    await house.play([exfiltration('muster-message-archive', 1), exfiltration('muster-message-archive', 2)]);
    broken.yes = false;
    faulty = true;
    expect(await replayHere(house.world)(await kept())).toMatchObject({ attached: 1, quarantined: 1 });
    expect(await kept()).toHaveLength(1);
  });

  it('of an event whose bytes are gone by now says so', async () => {
    await open((world) => ({
      ...world,
      evidence: { ...world.evidence, get: async (ref) => (broken.yes ? world.evidence.get(ref) : undefined) },
    }));
    await house.play([exfiltration()]);
    broken.yes = false;
    expect(await replayHere(house.world)(await kept())).toMatchObject({ quarantined: 1 });
    expect((await kept())[0]?.reason).toBe('event: expected the raw event, which is no longer kept');
  });

  it('takes a body apart that holds several events, each of them once, however often it is asked for', async () => {
    await open();
    const findings = [1, 2, 3].map((nth) => parsedOf(exfiltration('muster-message-archive', nth).bytes));
    await house.play([raw('guardduty', { batch: [...findings, findings[0]] })]);
    expect(await counts()).toEqual({ 'guardduty quarantined': 1, 'guardduty stored': 1 });
    const receipts = await kept();
    broken.yes = false;
    expect(await replayHere(house.world)(receipts)).toEqual({ attached: 1, assessed: 0, duplicate: 0, quarantined: 0 });
    await replayHere(house.world)(receipts);
    await house.work();
    const done = { 'guardduty attached': 3, 'guardduty duplicate': 1, 'guardduty stored': 4 };
    expect(await counts()).toEqual(done);
    expect(await signs()).toEqual([['suspected-breach', 3]]);
    await replayHere(house.world)(receipts);
    await house.work();
    expect(await counts()).toEqual(done);
  });

  it.each(['ledger', 'queues'] as const)(
    'of such a body that breaks off because of the %s is done again, without double effects',
    async (port) => {
      let away = false;
      const gone = () => Promise.reject(new PortError(port, 'again', 'away'));
      await open((world) => ({
        ...world,
        ledger: { ...world.ledger, commit: (writes) => (away && port === 'ledger' ? gone() : world.ledger.commit(writes)) },
        queues: { ...world.queues, sendRaw: (messages) => (away && port === 'queues' ? gone() : world.queues.sendRaw(messages)) },
      }));
      await house.play([raw('guardduty', { batch: [1, 2].map((nth) => parsedOf(exfiltration('muster-message-archive', nth).bytes)) })]);
      broken.yes = false;
      away = true;
      await expect(replayHere(house.world)(await kept())).rejects.toThrow('away');
      away = false;
      await replayHere(house.world)(await kept());
      await house.work();
      expect(await counts()).toEqual({ 'guardduty attached': 2, 'guardduty stored': 2 });
    },
  );

  it('leaves one event one, whatever lines are in it', async () => {
    await open();
    await house.play([raw('guardduty', ['one line\nand another'])]);
    broken.yes = false;
    await replayHere(house.world)(await kept());
    await house.work();
    expect(await counts()).toEqual({ 'guardduty quarantined': 1, 'guardduty stored': 1 });
  });

  it('names a body that nobody could split as such', async () => {
    await open();
    await house.play([{ source: 'guardduty', bytes: new Uint8Array([0xff, 0xfe, 0x7b, 0x00]) }]);
    expect((await kept()).map(({ delivery }) => delivery)).toEqual([expect.stringMatching(/#whole$/)]);
  });

  it('by a queue names each event as it came in, and asks for no other', async () => {
    await open();
    await house.play([exfiltration()]);
    const sent: unknown[] = [];
    const receipts = await kept();
    expect(await replayByQueue({ sendRaw: async (messages) => void sent.push(...messages) })(receipts)).toBe('queued');
    expect(sent).toEqual([
      { source: 'guardduty', delivery: receipts[0]?.delivery, rawRef: receipts[0]?.rawRef, received: receipts[0]?.received, replay: true },
    ]);
  });
});

it('assesses nothing again that was read, asked or not', async () => {
  await open();
  const unread = { source: 'guardduty', delivery: 'http:1#0', rawRef: 'raw/none', received: house.clock.now() };
  await house.world.ledger.commit([{ put: 'receipt', receipt: { ...unread, at: unread.received, disposition: 'assessed' } }]);
  expect(await assess(house.world, unread, { again: true })).toEqual({ disposition: 'assessed', findings: [] });
});

describe('the quarantine', () => {
  it('is chosen by event, by source, or whole; counted with reasons and since when', async () => {
    await open();
    await house.play([exfiltration(), raw('auth0', { nothing: 1 }), raw('auth0', { nothing: 2 })]);
    const { ledger } = house.world;
    const all = await chosenFrom(ledger, {});
    expect(all).toHaveLength(3);
    expect(await chosenFrom(ledger, { source: 'auth0' })).toHaveLength(2);
    const [one] = await chosenFrom(ledger, { source: 'guardduty' });
    if (!one) throw new Error('none');
    expect(await chosenFrom(ledger, { id: quarantineId(one) })).toEqual([one]);
    for (const id of ['', '/', 'guardduty', 'guardduty/', `auth0/${one.delivery}`]) expect(await chosenFrom(ledger, { id })).toEqual([]);
    expect(quarantineJson(one)).toEqual({
      id: quarantineId(one),
      source: 'guardduty',
      since: '2026-11-25T09:00:00Z',
      reason: 'detail.type: expected text',
      rawRef: one.rawRef,
    });
    expect(heapsOf(all, await ledger.intake())).toEqual([
      { source: 'auth0', count: 2, since: '2026-11-25T09:00:00Z', reasons: [{ reason: expect.stringContaining('expected'), count: 2 }] },
      { source: 'guardduty', count: 1, since: '2026-11-25T09:00:00Z', reasons: [{ reason: 'detail.type: expected text', count: 1 }] },
    ]);
    broken.yes = false;
    await replayHere(house.world)([one]);
    expect(await quarantinedEvent(ledger, quarantineId(one))).toBeUndefined();
  });
});
