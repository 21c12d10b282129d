// Decides how the pieces of every function behave: settings, batches, worlds, envelopes, the shell.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DutyRef, Lane } from '#core/duty/duty.ts';
import { instantOf } from '#core/kernel/time.ts';
import { type Evidences, PortError, type Queues, type World } from '#flow/ports.ts';
import { eachMessage, messagesOf } from '#lambdas/batch.ts';
import { count, defineEnv, readEnv, text, url } from '#lambdas/env.ts';
import { isHttpEvent } from '#lambdas/http.ts';
import { lane } from '#lambdas/lane.ts';
import { jsonLog, shell } from '#lambdas/log.ts';
import { rawOf } from '#lambdas/raw-message.ts';
import { grant, neverToSelf, opened } from '#lambdas/world.ts';
import { sampleDuty } from '#test/contract/samples.ts';
import { written } from './written.ts';

vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'art33-test');
const log = jsonLog('test');
const lines = written();
afterEach(() => {
  lines.length = 0;
});

const record = (messageId: string, body = '{}') => ({ messageId, body, attributes: { SentTimestamp: '1773453600000' } });

describe('settings', () => {
  const spec = defineEnv({ TABLE: text, SHARDS: count, QUEUE: url });

  it('are read as what they are', () => {
    expect(readEnv(spec, { TABLE: 't', SHARDS: '16', QUEUE: 'https://sqs.example.com/1' })).toEqual({
      TABLE: 't',
      SHARDS: 16,
      QUEUE: 'https://sqs.example.com/1',
    });
  });

  it('that are missing, blank or of another kind are named together, and no value is shown', () => {
    expect(() => readEnv(spec, { TABLE: ' ', SHARDS: 'sixteen' })).toThrow(
      "this function can't start: TABLE is not set; SHARDS is not a whole number from 1; QUEUE is not set",
    );
    expect(() => readEnv(spec, { TABLE: 't', SHARDS: '0', QUEUE: 'no-url' })).toThrow(/^(?!.*no-url)/);
  });
});

describe('a batch', () => {
  it('names exactly the messages that failed', async () => {
    const event = { Records: ['a', 'b', 'c'].map((id) => record(id)) };
    const answer = await eachMessage(event, log, async ({ id }) => {
      if (id === 'b') throw new PortError('ledger', 'again', 'busy');
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
  });

  it('is worked off one after the other', async () => {
    let running = 0;
    await eachMessage({ Records: ['a', 'b', 'c'].map((id) => record(id)) }, log, async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
    });
  });

  it('answers for any input with ids that were in it, each once (F-02)', async () => {
    const records = fc.array(fc.oneof(fc.anything(), fc.record({ messageId: fc.oneof(fc.string(), fc.anything()), body: fc.anything() })));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.anything(), fc.record({ Records: records })), async (event) => {
        const ids = messagesOf(event).map(({ id }) => id);
        const { batchItemFailures } = await eachMessage(event, log, async () => {
          throw new Error('always');
        });
        const failed = batchItemFailures.map((one) => one.itemIdentifier);
        expect(new Set(failed)).toEqual(new Set(ids));
        expect(failed).toHaveLength(new Set(ids).size);
        expect(failed).not.toContain('');
      }),
    );
  });
});

describe('a world', () => {
  it('gives what was granted, and says by name what was not', () => {
    const queues = { sendRaw: async () => {}, wake: async () => {} };
    const world = grant('ticket', log, { queues });
    expect(world.queues).toBe(queues);
    expect(world.clock.now()).toBeGreaterThan(0);
    expect(() => world.mailer).toThrow('ticket has no "mailer": its role grants none');
  });

  it('is opened once, and again when it could not be opened', async () => {
    let tries = 0;
    const open = opened('ticket', log, async () => {
      tries += 1;
      if (tries === 1) throw new PortError('secrets', 'again', 'down');
      return {};
    });
    await expect(open()).rejects.toMatchObject({ kind: 'again' });
    expect(await open()).toBe(await open());
    expect(tries).toBe(2);
  });

  it('of a lane never wakes itself (F-09)', async () => {
    const woken: Lane[] = [];
    const queues: Queues = { sendRaw: async () => {}, wake: async (to) => void woken.push(to) };
    const own = neverToSelf('page', queues);
    for (const to of ['notify', 'page', 'ticket', 'other'] as const) await own.wake(to, []);
    expect(woken).toEqual(['notify', 'ticket', 'other']);
  });
});

describe('a lane', () => {
  const ref: DutyRef = { subject: sampleDuty(1).subject, id: sampleDuty(1).id };
  const worldOf = (duty: World['ledger']['duty']): World => grant('other', log, { ledger: { duty } as World['ledger'] });

  it('reports a wake-up as failed only when the ledger failed (D-8)', async () => {
    const event = { Records: [record('m-1', JSON.stringify(ref))] };
    const down = lane(worldOf(async () => Promise.reject(new PortError('ledger', 'again', 'down'))));
    expect((await down(event, 'i-1')).batchItemFailures).toEqual([{ itemIdentifier: 'm-1' }]);
    const crash = lane(worldOf(async () => Promise.reject(new TypeError('defect'))));
    expect((await crash(event, 'i-1')).batchItemFailures).toEqual([]);
    expect(lines.join()).toContain('turn-crashed');
    const elsewhere = lane(worldOf(async () => Promise.reject(new PortError('pager', 'again', 'down'))));
    expect((await elsewhere(event, 'i-1')).batchItemFailures).toEqual([]);
  });

  it('drops what is no wake-up, and never asks the ledger for it', async () => {
    const duty = vi.fn(async () => undefined);
    const bodies = [
      '',
      'no json',
      '{}',
      '[]',
      'null',
      '{"subject":1,"id":2}',
      '{"subject":"","id":"x"}',
      JSON.stringify({ subject: 'x'.repeat(999), id: 'y' }),
    ];
    const answer = await lane(worldOf(duty))({ Records: bodies.map((body, i) => record(`m-${i}`, body)) }, 'i-1');
    expect(answer.batchItemFailures).toEqual([]);
    expect(duty).not.toHaveBeenCalled();
  });
});

describe('a message of the assess queue', () => {
  const stored = new Map<string, string>();
  const evidence: Evidences = { put: async (ref, source) => void stored.set(ref, source), get: async () => undefined };
  const of = (body: unknown) =>
    rawOf(evidence, { id: 'm', body: typeof body === 'string' ? body : JSON.stringify(body), sentAt: 1_773_453_600_000 });
  afterEach(() => stored.clear());

  it('with a pointer is taken as it is, and stored no second time', async () => {
    const raw = { source: 'fail2ban', delivery: 'http:1#0', rawRef: 'raw/fail2ban/aa', received: instantOf(5) };
    expect(await of(raw)).toEqual(raw);
    expect(stored.size).toBe(0);
  });

  it.each([
    ['aws.guardduty', 'guardduty'],
    ['aws.securityhub', 'securityhub'],
    ['aws.macie', 'macie'],
    ['aws.access-analyzer', 'access-analyzer'],
    ['aws.health', 'aws-health'],
    ['aws.inspector2', 'inspector'],
    ['aws.cloudwatch', 'cloudwatch-alarm'],
    ['aws.backup', 'aws-backup'],
    ['aws.rds', 'rds'],
    ['aws.partner/auth0.com/example-tenant/auth0.logs', 'auth0'],
    ['aws.s3', 'unrecognised'],
  ])('from %s is stored first, as %s, under the event’s own id', async (from, source) => {
    const raw = await of({ version: '0', id: 'event-1', source: from, detail: {} });
    expect(raw).toMatchObject({ source, delivery: 'bus:event-1#0', received: 1_773_453_600_000 });
    expect(raw.rawRef).toMatch(new RegExp(`^raw/${source}/[0-9a-f]{64}$`));
    expect([...stored]).toEqual([[raw.rawRef, source]]);
  });

  it('is CloudTrail’s where a record of it is the detail, whatever service was called', async () => {
    const kinds = ['AWS API Call via CloudTrail', 'AWS Console Sign In via CloudTrail', 'AWS API Call'];
    const found = await Promise.all(
      kinds.map((kind) =>
        of({ version: '0', id: 'event-1', source: kind === 'AWS API Call' ? 'aws.s3' : 'aws.rds', 'detail-type': kind, detail: {} }),
      ),
    );
    expect(found.map(({ source }) => source)).toEqual(['cloudtrail', 'cloudtrail', 'unrecognised']);
  });

  it('that is neither goes on whole, to quarantine, under the same name each time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
        const raw = await of(body);
        expect(raw.source).toBe('unrecognised');
        expect((await of(body)).delivery).toBe(raw.delivery);
        expect(stored.has(raw.rawRef)).toBe(true);
      }),
    );
  });
});

describe('an HTTP event', () => {
  it('is one of payload format 2.0, and anything else is not', () => {
    const event = {
      version: '2.0',
      rawPath: '/x',
      rawQueryString: '',
      headers: { host: 'a' },
      requestContext: { http: { method: 'GET', path: '/x' } },
    };
    expect(isHttpEvent(event)).toBe(true);
    for (const broken of [
      { ...event, version: '1.0' },
      { ...event, headers: { host: 1 } },
      { ...event, rawPath: 'x' },
      { ...event, body: {} },
      { ...event, requestContext: {} },
    ]) {
      expect(isHttpEvent(broken)).toBe(false);
    }
    fc.assert(fc.property(fc.anything(), (any) => !isHttpEvent(any)));
  });
});

describe('the shell', () => {
  it('writes one line of ours for a failed invocation, without the message', async () => {
    const failing = shell(jsonLog('test'), async () => {
      throw new TypeError('ada@example.com is not a function');
    });
    await expect(failing({}, { awsRequestId: 'req-1' } as never)).rejects.toThrow(TypeError);
    expect(lines.join('')).not.toContain('ada@example.com');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        failure: 'TypeError',
        level: 'ERROR',
        message: 'invocation-failed',
        stage: 'test',
        function_request_id: 'req-1',
      }),
      expect.objectContaining({ LoggedErrors: 1, service: 'art33-test' }),
    ]);
  });

  it('hands the invocation’s id to the handler, whatever the context is', async () => {
    const ids = shell(jsonLog('test'), async (_event, invocation) => invocation);
    expect(await ids({}, { awsRequestId: 'req-2' } as never)).toBe('req-2');
    for (const context of [undefined, {}, { awsRequestId: 7 }]) expect(await ids({}, context as never)).toBe('no-request-id');
  });
});
