// Holds the demo's events to its story: who attacks whom and when, and what must stay noise.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { IdKey } from '#core/kernel/ids.ts';
import { dayOf, minutes } from '#core/kernel/time.ts';
import { toSignal } from '#core/signal/normalise.ts';
import { splitBatch } from '#core/signal/split.ts';
import type { Signal } from '#core/signal/signal.ts';
import { noon, sample } from './reading.ts';
import { shipped } from './shipped.ts';

const key: IdKey = new Uint8Array(32);
const files = readdirSync(new URL('../../../events/demo/', import.meta.url)).sort();

const signalsIn = (file: string): readonly Signal[] => {
  const split = splitBatch(shipped.any, sample(`demo/${file}`));
  if (!split.ok) throw new Error(split.error.field);
  return split.value.map((event) => {
    const reader = shipped.recognise(event);
    const read = reader && toSignal({ reader, event, received: noon, rawRef: file, key });
    if (!read?.ok) throw new Error(`${file}: unreadable`);
    return read.value.signal;
  });
};

const all = files.flatMap(signalsIn);
const from = (address: string): readonly Signal[] => all.filter((signal) => signal.src?.ip === address);
const isLogin = (outcome: string) => (signal: Signal) => signal.kind === 'auth.login' && signal.outcome === outcome;

describe('the demo', () => {
  it('is played in the order of its files, each event its own signal, all on one day', () => {
    expect(files).toEqual(['10-fail2ban.log', '20-auth0.jsonl', '30-guardduty.json']);
    expect(all.length).toBeGreaterThanOrEqual(80);
    expect(all.length).toBeLessThanOrEqual(120);
    expect(new Set(all.map((signal) => signal.id)).size).toBe(all.length);
    expect([...new Set(all.map((signal) => dayOf(signal.time)))]).toEqual(['2026-03-14']);
  });

  it('bans several addresses in two jails, and tells some of them again after a restart', () => {
    const bans = all.filter((signal) => signal.kind === 'net.ban');
    expect(new Set(bans.map((signal) => signal.src?.ip)).size).toBeGreaterThanOrEqual(4);
    expect(bans.filter((signal) => signal.marks.includes('restored'))).toHaveLength(3);
  });

  it('fails on at least twelve accounts from one address within ten minutes, then logs in to one of them three minutes later', () => {
    const failed = from('203.0.113.66').filter(isLogin('failure'));
    const [login, ...more] = from('203.0.113.66').filter(isLogin('success'));
    const times = failed.map((signal) => signal.time);
    expect(new Set(failed.map((signal) => signal.actor?.name)).size).toBeGreaterThanOrEqual(12);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(minutes(10));
    expect(more).toEqual([]);
    expect((login?.time ?? 0) - Math.max(...times)).toBeGreaterThanOrEqual(minutes(3));
    expect(failed.some((signal) => signal.actor?.id === login?.actor?.id)).toBe(true);
    expect(new Set(from('203.0.113.66').map((signal) => signal.tenant))).toEqual(new Set(['org_museum_shop']));
  });

  it('has an office where many log in and a few mistype', () => {
    expect(from('198.51.100.20').filter(isLogin('success'))).toHaveLength(12);
    expect(from('198.51.100.20').filter(isLogin('failure'))).toHaveLength(3);
  });

  it('has no login from an address that was banned', () => {
    const banned = all.filter((signal) => signal.kind === 'net.ban').map((signal) => signal.src?.ip);
    expect(all.filter((signal) => signal.kind.startsWith('auth.') && banned.includes(signal.src?.ip))).toEqual([]);
  });

  it('has one real exfiltration with a later update, and a probe, a sample and an archived finding beside it', () => {
    const findings = all.filter((signal) => signal.kind === 'finding');
    expect(findings.map((signal) => [signal.severity, signal.target?.id, ...signal.marks])).toEqual([
      [2, 'i-0123456789abcdef0'],
      [4, undefined, 'sample'],
      [4, 'muster-message-archive', 'archived'],
      [4, 'muster-message-archive'],
      [4, 'muster-message-archive'],
    ]);
    expect(findings[3]?.finding).toBe(findings[4]?.finding);
    expect(findings.every((signal) => signal.tenant === '111122223333')).toBe(true);
  });
});
