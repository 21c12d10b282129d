// Case 24 (wazuh #4418): one alert without a description ends the integration, and all later alerts are lost. A poison event falls alone.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ingestDelivery } from '#flow/ingest.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const poison: readonly (readonly [string, string])[] = [
  ['nothing in it', '{}'],
  ['null', 'null'],
  ['a number', '7'],
  ['a text', '"x"'],
  ['fields of odd types', '{"id":{},"type":[],"severity":{"a":1},"service":7,"resource":[[]],"detail":"x"}'],
  ['an own __proto__', '{"__proto__":{"id":"x","type":"Recon:EC2/Portscan"},"constructor":{"prototype":1}}'],
  ['nesting without end', deep(5_000)],
  ['a number beyond 2^53', '{"id":9007199254740993,"type":9007199254740993,"severity":1e999}'],
  ['half a surrogate', '{"id":"\\ud800","type":"\\udc00"}'],
  ['control bytes and marks', '{"id":"\\u0000\\u001b[2J\\u202e","type":7}'],
  ['the same key twice', '{"id":"a","id":["b"],"type":"Recon:EC2/Portscan","type":{}}'],
  ['a text of a megabyte', `{"id":"x","description":"${'a'.repeat(1_000_000)}"}`],
  ['an open bracket', '{"id":"x","type":'],
];

const noDescription = (): string => {
  const event = JSON.parse(new TextDecoder().decode(exfiltration('muster-message-archive', 77).bytes)) as {
    detail: Record<string, unknown>;
  };
  for (const name of ['title', 'description', 'arn', 'partition', 'schemaVersion']) delete event.detail[name];
  return JSON.stringify(event);
};

let nth = 0;
const deliver = async (source: string, texts: readonly string[]): Promise<void> => {
  for (const text of texts) {
    nth += 1;
    await ingestDelivery(h.world, { source, id: `door:${nth}`, bytes: new TextEncoder().encode(text), received: h.clock.now() });
  }
  await h.work();
};

it('an alert without a description is an alert all the same', async () => {
  await deliver('guardduty', [noDescription()]);
  expect((await h.incident()).outcome).toBe('suspected-breach');
});

describe.each([
  'guardduty',
  'securityhub',
  'auth0',
  'cloudtrail',
  'vault-audit',
  'google-alert-center',
  'fail2ban',
  'sshd',
  'subprocessor-mail',
  'public-report',
])('%s', (source) => {
  it('keeps each poison event by itself with its reason, and what comes after is assessed', async () => {
    await deliver(
      source,
      poison.map(([, text]) => text),
    );
    await deliver('guardduty', [new TextDecoder().decode(exfiltration().bytes)]);
    expect((await h.incidents()).some(({ outcome }) => outcome === 'suspected-breach')).toBe(true);
    const rows = await h.world.ledger.intake();
    const of = (disposition: string) =>
      rows.filter((row) => row.source === source && row.disposition === disposition).reduce((sum, row) => sum + row.count, 0);
    // Nothing is lost: each has one fate, and nothing waits.
    expect(of('attached') + of('assessed') + of('duplicate') + of('quarantined')).toBe(of('stored'));
    expect(rows.filter(({ disposition }) => disposition === 'waiting').reduce((sum, row) => sum + row.count, 0)).toBe(0);
    for (const { reason } of await h.world.ledger.quarantined(100)) expect(reason).toMatch(/^[\w.$-]+: (?:expected|a fault)/);
  });
});

it('one in the midst of a batch takes nothing with it', async () => {
  const good = new TextDecoder().decode(exfiltration().bytes);
  const batch = `[${poison
    .slice(0, 6)
    .map(([, text]) => text)
    .join(',')},${good}]`;
  await deliver('guardduty', [batch]);
  expect((await h.incident()).outcome).toBe('suspected-breach');
  expect((await h.world.ledger.quarantined(100)).length).toBe(6);
});

it('what is printed of it holds no byte of it', async () => {
  await deliver(
    'guardduty',
    poison.map(([, text]) => text),
  );
  const said = JSON.stringify([h.logged, await h.world.ledger.quarantined(100)]);
  expect(said).not.toMatch(/\\u001b|\\u202e|\\ud800/);
});
