// Decides how every answer of SES, and the lack of one, is told to the flow.
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { sesMailer } from '#adapters/ses/mailer.ts';
import type { DutyId, IncidentId } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { type Effect, PortError } from '#flow/ports.ts';

const client = new SESClient({ region: 'eu-central-1' });
const mock = mockClient(client);
let turn: (signal: AbortSignal) => Promise<void> = async () => undefined;
const mailer = sesMailer({ client, configurationSet: 'art33-dev', turn: (signal) => turn(signal) });
const bytes = Buffer.from('From: a@example.com\r\nSubject: x\r\n\r\nbody\r\n');
const mail = { bytes, messageId: '<x@example.com>', sha256: 'aa' };
const envelope = { from: 'notice@example.com', to: 'dpo@controller.example', subject: safe`Notice` };
const effect: Effect = {
  key: 'duty-1:mail',
  duty: 'duty-abc' as DutyId,
  incident: 'inc-abc' as IncidentId,
  signal: new AbortController().signal,
};
const failing = (name: string, more: Record<string, unknown> = {}) =>
  Object.assign(new Error('dpo@controller.example is not welcome'), { name, ...more });
const send = () => mailer.send(mail, envelope, effect);

beforeEach(() => {
  mock.reset();
  turn = async () => undefined;
});

describe('a notice by SES', () => {
  it('goes as the stored bytes to one recipient, with configuration set and the duty as tag', async () => {
    mock.on(SendRawEmailCommand).resolves({ MessageId: 'ses-1' });
    expect(await send()).toEqual({ via: 'provider', providerId: 'ses-1' });
    const input = mock.commandCalls(SendRawEmailCommand)[0]?.args[0].input;
    expect(Buffer.from(input?.RawMessage?.Data ?? []).equals(bytes)).toBe(true);
    expect(input).toMatchObject({ Source: envelope.from, Destinations: [envelope.to], ConfigurationSetName: 'art33-dev' });
    const tags = new Map(input?.Tags?.map((tag) => [tag.Name, tag.Value]));
    expect(tags.get('duty')).toBe('duty-abc');
    expect(tags.get('incident')).toBe('inc-abc');
    expect(tags.get('attempt')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    ['a rate that is too high', failing('Throttling', { message: 'Maximum sending rate exceeded.' }), 'again', 1_000],
    ['a used-up day', failing('Throttling', { message: 'Daily message quota exceeded.' }), 'again', 900_000],
    ['a rejected message', failing('MessageRejected'), 'refused', undefined],
    ['a paused account', failing('AccountSendingPausedException'), 'refused', undefined],
    ['a missing configuration set', failing('ConfigurationSetDoesNotExistException'), 'refused', undefined],
    ['a missing right', failing('AccessDenied'), 'refused', undefined],
    ['any other 4xx', failing('SomethingNew', { $metadata: { httpStatusCode: 422 } }), 'refused', undefined],
    ['a host that refuses', failing('Error', { code: 'ECONNREFUSED' }), 'again', undefined],
    ['a service that is away', failing('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } }), 'again', undefined],
    ['an internal failure', failing('InternalFailure', { $metadata: { httpStatusCode: 500 } }), 'unsure', undefined],
    ['a reply that never came', failing('TimeoutError'), 'unsure', undefined],
    ['a connection cut in the middle', failing('Error', { code: 'ECONNRESET' }), 'unsure', undefined],
    ['an abort on the way', failing('AbortError'), 'unsure', undefined],
  ])('answers %s', async (_, failure, kind, retryAfter) => {
    mock.on(SendRawEmailCommand).rejects(failure);
    await expect(send()).rejects.toMatchObject({ name: 'PortError', port: 'mailer', kind, retryAfter });
  });

  it('never quotes what SES said, because it names addresses', async () => {
    mock.on(SendRawEmailCommand).rejects(failing('MessageRejected'));
    await expect(send()).rejects.toThrow(/^[^@]*$/);
  });

  it('refuses a line break in an address, and bytes beyond ASCII, before anything leaves', async () => {
    await expect(mailer.send(mail, { ...envelope, to: 'a@example.com\r\nBcc: b@example.com' }, effect)).rejects.toMatchObject({
      kind: 'refused',
    });
    await expect(mailer.send(mail, { ...envelope, from: 'a@example.com\n' }, effect)).rejects.toMatchObject({ kind: 'refused' });
    await expect(mailer.send({ ...mail, bytes: Buffer.from('größe') }, envelope, effect)).rejects.toMatchObject({ kind: 'refused' });
    expect(mock.calls()).toHaveLength(0);
  });

  it('does not begin an attempt whose time is over', async () => {
    await expect(mailer.send(mail, envelope, { ...effect, signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'again' });
    expect(mock.calls()).toHaveLength(0);
  });

  it('does not leave before its turn, and goes back where that is too far away', async () => {
    turn = () => Promise.reject(new PortError('mailer', 'again', 'far away'));
    await expect(send()).rejects.toMatchObject({ kind: 'again' });
    expect(mock.calls()).toHaveLength(0);
  });
});
