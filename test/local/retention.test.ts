// Decides that one machine erases a list of affected people on its day, and nothing else with it (D-14).
import { expect, it } from 'vitest';
import { days, minutes, minus, plus } from '#core/kernel/time.ts';
import { keptFor } from '#flow/data-subjects.ts';
import { auditEvery } from '#flow/audit.ts';
import { startLoops } from '#local/loops.ts';
import { eraseLists } from '#local/retention.ts';
import { openHarness } from '../flow/harness.ts';

it('erases what was uploaded 180 days ago, to the minute, and leaves raw events and names alone', async () => {
  const h = await openHarness();
  const now = h.clock.now();
  const put = (ref: string, ago: number) => h.world.evidence.put(ref, 'x', Buffer.from('x'), minus(now, ago as never));
  await put('affected/museum-shop/inc-1/old', keptFor);
  await put('affected/museum-shop/inc-1/young', keptFor - minutes(1));
  await put('raw/auth0/old', days(400));
  await put('raw/handles/sig-1', days(400));
  await put('mail/old', days(400));
  expect(await eraseLists(h.node)).toBe(1);
  const left = h.node.database.all('SELECT ref FROM raw ORDER BY ref').map((row) => row['ref']);
  expect(left).toEqual(['affected/museum-shop/inc-1/young', 'mail/old', 'raw/auth0/old', 'raw/handles/sig-1']);
  h.clock.set(plus(now, minutes(1)));
  expect(await eraseLists(h.node)).toBe(1);
  h.close();
});

it('is done by the loop that audits, without anybody asking', async () => {
  const h = await openHarness();
  const now = h.clock.now();
  await h.world.evidence.put('affected/museum-shop/inc-1/old', 'affected', Buffer.from('x'), minus(now, keptFor));
  const loops = startLoops(h.node);
  h.clock.set(plus(now, auditEvery));
  await new Promise(setImmediate);
  await loops.stop();
  expect(h.node.database.all('SELECT ref FROM raw')).toEqual([]);
  h.takeMessages();
  h.close();
});
