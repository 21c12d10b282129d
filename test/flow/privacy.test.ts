// Decides whether anything of an event gets out: what is planted in every field, and every name and address in it, stays inside.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingestDelivery } from '#flow/ingest.ts';
import { gatherKit, kitBytes } from '#flow/night-kit.ts';
import { report, signalCounts } from '#flow/report.ts';
import { type Harness, openHarness } from './harness.ts';
import { filesIn, identifiersIn, mark, poisonFile } from './planted.ts';
import { demoDir, eventsDir } from './raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

/** Everything that leaves the house or is kept for others to read, as one text per kind. */
const outward = async (): Promise<Readonly<Record<string, string>>> => ({
  messages: JSON.stringify(h.sinks.tried),
  log: h.logged.join(''),
  register: JSON.stringify(await h.entries()),
  state: JSON.stringify(await report(h.world.ledger, h.node.outbox, 'outbox')),
  incidents: JSON.stringify(await h.incidents()),
  duties: JSON.stringify(await h.duties()),
  kit: new TextDecoder().decode(kitBytes(await gatherKit({ ...h.world, anchors: h.node.anchors }))),
  quarantine: JSON.stringify(await h.world.ledger.quarantined(1_000)),
});

const feed = async (source: string, text: string, id: string): Promise<void> => {
  await ingestDelivery(h.world, { source, id, bytes: new TextEncoder().encode(text), received: h.clock.now() });
  await h.work();
};

const sourceOf = (file: string): string => h.world.sources.current().names.find((name) => file.includes(name)) ?? '';

/** Some fixture's address may be one of ours (a contact of the directory): those may be named. */
const ours = (found: string): boolean => found.endsWith('@muster.example') || found === '127.0.0.1';

const expectSilence = async (texts: readonly string[]): Promise<void> => {
  const said = await outward();
  const secrets = [mark, ...texts.flatMap(identifiersIn)].filter((secret) => !ours(secret));
  expect(secrets.length).toBeGreaterThan(1);
  for (const [where, text] of Object.entries(said)) {
    const lower = text.toLowerCase();
    expect(
      secrets.filter((secret) => lower.includes(secret.toLowerCase())),
      where,
    ).toEqual([]);
  }
};

describe('a mark in every field of every event', () => {
  it('of the demo appears nowhere outside, while its incidents arise, are released and sent', async () => {
    const texts = filesIn(demoDir).map(poisonFile);
    for (const [i, file] of filesIn(demoDir).entries()) await feed(sourceOf(file), texts[i] ?? '', file);
    const incidents = await h.incidents();
    expect(incidents.map((incident) => incident.controllers.length).toSorted()).toEqual([1, 3]);
    await h.fastForward('25h');
    expect(h.sinks.sent.filter((m) => m.subject.includes('Notice'))).toHaveLength(3);
    await expectSilence(texts);
  });

  for (const source of ['auth0', 'guardduty', 'fail2ban']) {
    it(`of the fixtures of ${source} appears nowhere outside`, async () => {
      const texts = filesIn(join(eventsDir, source)).map(poisonFile);
      for (const [i, text] of texts.entries()) await feed(source, text, `planted-${i}`);
      expect(signalCounts(await h.world.ledger.intake()).accepted).toBeGreaterThan(0);
      await expectSilence(texts);
    });

    it(`of the fixtures of ${source}, sent to a wrong door, appears nowhere outside`, async () => {
      const texts = filesIn(join(eventsDir, source)).map(poisonFile);
      const other = source === 'auth0' ? 'guardduty' : 'auth0';
      for (const [i, text] of texts.entries()) await feed(other, text, `astray-${i}`);
      expect(signalCounts(await h.world.ledger.intake()).rejected).toBeGreaterThan(0);
      await expectSilence(texts);
    });
  }

  it('of every reading that fails appears in no reason: each field made wrong by itself', async () => {
    const event = JSON.parse(readFileSync(join(eventsDir, 'guardduty/bare.json'), 'utf8')) as Record<string, unknown>;
    const log = JSON.parse(readFileSync(join(eventsDir, 'auth0/management-api.json'), 'utf8')) as Record<string, unknown>;
    let nth = 0;
    for (const [source, whole] of [
      ['guardduty', event],
      ['auth0', log],
    ] as const) {
      for (const key of Object.keys(whole)) {
        for (const wrong of [`${mark} x`, { [mark]: mark }, [mark], 7, null]) {
          nth += 1;
          await feed(source, JSON.stringify({ ...whole, [key]: wrong }), `wrong-${nth}`);
        }
      }
    }
    expect(signalCounts(await h.world.ledger.intake()).rejected).toBeGreaterThan(0);
    await expectSilence([JSON.stringify(event), JSON.stringify(log)]);
  });

  it('is kept, unchanged, where the evidence is', async () => {
    await feed('guardduty', poisonFile(join(eventsDir, 'guardduty/bare.json')), 'kept');
    const row = h.node.database.get('SELECT bytes FROM raw');
    expect(new TextDecoder().decode(row?.['bytes'] as Uint8Array)).toContain(mark);
  });
});

describe('two incidents about one person', () => {
  it('share no token in what is said of them', async () => {
    for (const file of filesIn(demoDir)) await feed(sourceOf(file), readFileSync(file, 'utf8'), file);
    const [first, second] = await h.incidents();
    const actors = [first, second].flatMap(
      (incident) => incident?.signals.flatMap((signal) => [signal.actor, signal.address, signal.target]) ?? [],
    );
    const keyed = actors.filter((actor) => actor !== undefined && /^[a-z2-7]{26}$/.test(actor));
    expect(keyed.length).toBeGreaterThan(0);
    const messages = JSON.stringify(h.sinks.sent);
    expect(keyed.filter((token) => messages.includes(token ?? ''))).toEqual([]);
  });
});
