// Decides that a mail counts as taken only on the server's word, and that each way to fail is told apart (F-37, F-38, D-13).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf, seconds } from '#core/kernel/time.ts';
import type { PortError } from '#flow/ports.ts';
import { type SmtpMailer, type SmtpSettings, smtpMailer } from '#adapters/smtp/mailer.ts';
import { type SmtpServer, smtpServer } from '#adapters/smtp/settings.ts';
import { kindOf, sampleEffect, sampleEnvelope, sampleMail } from '#test/contract/effects.ts';
import { zero } from '#test/contract/samples.ts';
import { tickingClock } from '#test/contract/worlds.ts';
import { type SmtpSink, type SmtpSinkOptions, openSmtpSink } from '#test/sinks/smtp.ts';

let sink: SmtpSink;
let mailer: SmtpMailer;

const serverOf = (url: string): SmtpServer => {
  const server = smtpServer(url);
  if (!server.ok) throw new Error(server.error);
  return server.value;
};

const start = async (options: SmtpSinkOptions = {}, change: Partial<SmtpSettings> = {}) => {
  sink = await openSmtpSink(options);
  mailer = smtpMailer({
    server: serverOf(sink.url),
    rate: 50,
    clock: tickingClock(),
    timeouts: { connect: seconds(30), idle: seconds(30) },
    ...change,
  });
};

const send = (n = 1, effect = sampleEffect(n)) => mailer.send(sampleMail(n), sampleEnvelope(), effect);
const failure = async (act: Promise<unknown>) => (await act.catch((error: PortError) => error)) as PortError;

beforeEach(() => start());
afterEach(async () => {
  mailer.close();
  await sink.close();
});

const restart = async (options: SmtpSinkOptions = {}, change: Partial<SmtpSettings> = {}) => {
  mailer.close();
  await sink.close();
  await start(options, change);
};

describe('a mail to the server', () => {
  it('arrives byte for byte, from and to the envelope, and brings the id of its queue', async () => {
    const mail = sampleMail(1, '.\r\n..a\r\n\r\n.b\r\n');
    expect(await mailer.send(mail, sampleEnvelope('Privacy <privacy@example.com>'), sampleEffect(1))).toEqual({
      via: 'provider',
      providerId: 'TEST1',
    });
    expect(sink.mails[0]?.bytes.equals(Buffer.from(mail.bytes))).toBe(true);
    expect([sink.mails[0]?.from, sink.mails[0]?.to]).toEqual(['notice@operator.example', ['privacy@example.com']]);
  });

  it('goes over the line that carried the one before', async () => {
    for (const n of [1, 2, 3]) await send(n);
    expect([sink.mails.length, sink.connections()]).toEqual([3, 1]);
  });

  it('goes over a fresh line when the server ended the resting one', async () => {
    await send(1);
    sink.dropLines();
    expect(await kindOf(send(2))).toBe('none');
    expect([sink.mails.length, sink.connections()]).toEqual([2, 2]);
  });

  it('goes over a fresh line after as many as one line carries', async () => {
    await restart({}, { perConnection: 2 });
    for (const n of [1, 2, 3]) await send(n);
    expect(sink.connections()).toBe(2);
  });

  it('signs in with user and password of the URL', async () => {
    await restart({ user: 'art33@x', pass: 'p:/%w' });
    expect(await kindOf(send())).toBe('none');
  });

  it('waits for its turn', async () => {
    const waits: number[] = [];
    await restart({}, { rate: 2, clock: { now: () => instantOf(zero) }, wait: async (time) => void waits.push(time) });
    for (const n of [1, 2, 3]) await send(n);
    expect(waits).toEqual([500, 1_000]);
  });
});

describe('a failure of the server', () => {
  it.each([
    ['from', 550, 'refused'],
    ['from', 451, 'again'],
    ['to', 550, 'refused'],
    ['to', 450, 'again'],
    ['to', 421, 'again'],
    ['to', 503, 'again'],
    ['data', 554, 'refused'],
    ['data', 452, 'again'],
    ['data', 421, 'again'],
    ['to', 'hang', 'again'],
    ['to', 'cut', 'again'],
    ['data', 'hang', 'unsure'],
    ['data', 'cut', 'unsure'],
  ] as const)('at %s with %s means %s', async (at, code, kind) => {
    if (code === 'hang') await restart({}, { timeouts: { connect: seconds(30), idle: seconds(1) } });
    sink.misbehave({ at, code } as Parameters<SmtpSink['misbehave']>[0]);
    expect(await kindOf(send())).toBe(kind);
    expect(sink.mails).toHaveLength(0);
  });

  it('leaves it open whether a mail arrived whose line broke before the reply', async () => {
    sink.misbehave({ at: 'cut-after-data' });
    expect(await kindOf(send())).toBe('unsure');
    expect(sink.mails).toHaveLength(1);
  });

  it('after the data is never tried again by itself, on a used line neither', async () => {
    await send(1);
    sink.misbehave({ at: 'cut-after-data' });
    expect(await kindOf(send(2))).toBe('unsure');
    expect(sink.mails).toHaveLength(2);
  });

  it('that asks to come again is not asked again at once', async () => {
    await send(1);
    sink.misbehave({ at: 'to', code: 450 });
    expect(await kindOf(send(2))).toBe('again');
    expect(sink.mails).toHaveLength(1);
  });

  it('is told by its numbers, never by the words of the server', async () => {
    sink.misbehave({ at: 'to', code: 550, words: '5.1.1 privacy@example.com marker' });
    const error = await failure(send());
    expect(error.message).toBe('the mail server refuses (550 5.1.1)');
    expect(JSON.stringify([error.cause ?? '', error.message])).not.toContain('marker');
  });

  it('of the line does not spoil the next mail', async () => {
    sink.misbehave({ at: 'to', code: 550 });
    await failure(send(1));
    expect(await kindOf(send(2))).toBe('none');
  });

  it('to take a mail of this size is final', async () => {
    await restart({ sizeLimit: 100 });
    expect(await kindOf(mailer.send(sampleMail(1, 'x'.repeat(500)), sampleEnvelope(), sampleEffect(1)))).toBe('refused');
  });

  it('to sign in is final, and repeats neither user nor password', async () => {
    await restart({ user: 'right', pass: 'right' }, {});
    mailer = smtpMailer({
      server: { ...serverOf(sink.url), auth: { user: 'user-marker', pass: 'pass-marker' } },
      rate: 50,
      clock: tickingClock(),
    });
    const error = await failure(send());
    expect([error.kind, error.message]).toEqual(['refused', 'the mail server refuses (535)']);
    expect(JSON.stringify([error.stack, error.cause ?? ''])).not.toContain('marker');
  });
});

describe('a mail that is ended by its caller', () => {
  it('has not happened before the data', async () => {
    sink.misbehave({ at: 'to', code: 'hang' });
    const ending = new AbortController();
    const sending = kindOf(send(1, sampleEffect(1, { signal: ending.signal })));
    while (sink.waiting() === 0) await new Promise(setImmediate);
    ending.abort();
    expect(await sending).toBe('again');
  });

  it('may have happened after it', async () => {
    const ending = new AbortController();
    sink.misbehave({ at: 'data', code: 'hang' });
    const sending = kindOf(send(1, sampleEffect(1, { signal: ending.signal })));
    while (sink.waiting() === 0) await new Promise(setImmediate);
    ending.abort();
    expect(await sending).toBe('unsure');
  });
});

describe('TLS', () => {
  it('is required of a server elsewhere: without it nothing is said, no password and no mail', async () => {
    await restart({ user: 'u', pass: 'p' });
    mailer = smtpMailer({ server: { ...serverOf(sink.url), requireTLS: true }, rate: 50, clock: tickingClock() });
    expect(await kindOf(send())).toBe('refused');
    expect([sink.mails.length, sink.signIns()]).toEqual([0, 0]);
  });

  it('is not asked for on this very machine', async () => {
    await restart({ tls: true });
    expect(await kindOf(send())).toBe('none');
    expect(sink.mails[0]?.secure).toBe(false);
  });

  it('with a certificate that nobody vouches for is no TLS', async () => {
    await restart({ tls: true });
    mailer = smtpMailer({ server: { ...serverOf(sink.url), requireTLS: true }, rate: 50, clock: tickingClock() });
    expect(await kindOf(send())).toBe('again');
    expect(sink.mails).toHaveLength(0);
  });
});
