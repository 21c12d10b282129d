// Decides whether the anchor holds the register against the one before, and says so when it was rewritten (P-11).
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { fileAnchors } from '#adapters/embedded/anchors.ts';
import { nextEntry } from '#core/register/entry.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { genesis } from '#core/kernel/hash.ts';
import { anchor, anchorWhenDue } from '#flow/anchor.ts';
import { openHarness } from './harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'art33-anchors-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('an anchor is silent while the register only grows, and an error when an entry was rewritten since', async () => {
  const harness = await openHarness();
  const anchors = fileAnchors(folder);
  const pass = () => anchor({ ...harness.plain, anchors });
  const errors = () => harness.logged.filter((line) => line.includes('register-contradicts-anchor')).length;
  await pass();
  await harness.play(['events/demo/30-guardduty.json']);
  harness.clock.set(plus(harness.clock.now(), hours(1)));
  const before = await pass();
  harness.clock.set(plus(harness.clock.now(), hours(1)));
  await pass();
  expect(errors()).toBe(0);

  // Somebody with full access moves the awareness and makes every hash of that chain anew.
  const [first, ...rest] = await harness.entries();
  const forged = nextEntry(genesis, { chain: first!.chain, at: harness.clock.now(), actor: first!.actor, type: first!.type, data: {} });
  const entries = [forged, ...rest.filter((one) => one.chain !== first!.chain)];
  const ledger = {
    ...harness.plain.ledger,
    entries: async function* () {
      yield* entries;
    },
  };
  harness.clock.set(plus(harness.clock.now(), hours(1)));
  await anchor({ ...harness.plain, ledger, anchors });
  expect(errors()).toBe(1);
  expect(verifyRegister(entries, [before])).toMatchObject({ verdict: 'broken', chain: first!.chain, seq: 1 });
  expect(readdirSync(folder)).toHaveLength(4);
  harness.takeMessages();
  harness.close();
});

it('an anchor is due an hour after the last one, whoever wrote that, and at once where there is none', async () => {
  const harness = await openHarness();
  const anchors = fileAnchors(folder);
  const look = () => anchorWhenDue({ ...harness.plain, anchors });
  const first = harness.clock.now();
  expect(await look()).toBe(plus(first, hours(1)));
  harness.clock.set(plus(first, minutes(59)));
  expect(await look()).toBe(plus(first, hours(1)));
  expect(readdirSync(folder)).toHaveLength(1);
  harness.clock.set(plus(first, hours(1)));
  expect(await look()).toBe(plus(first, hours(2)));
  expect(readdirSync(folder)).toHaveLength(2);
  harness.close();
});
