// Decides what one machine takes in: so many signals a second through its real door, none lost, none doubled, and how soon each is answered.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Duration, seconds } from '#core/kernel/time.ts';
import { type Benchmark, type Measured, table } from './benchmark.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export type IntakeSettings = {
  readonly rate: number;
  readonly lasting: Duration;
  /** How long assessment is watched afterwards, without load. */
  readonly draining: Duration;
};

const settings: IntakeSettings = { rate: 1_000, lasting: seconds(30), draining: seconds(10) };

type House = { readonly port: number; readonly token: string; readonly data: string; readonly close: () => Promise<void> };

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('close', () => resolve()));

/** The process that an operator starts, in a folder of its own on the disk where temporary files lie. */
const openHouse = async (): Promise<House> => {
  const data = mkdtempSync(join(tmpdir(), 'art33-intake-'));
  const words = [join(root, 'bin/local.ts'), '--config', join(root, 'config'), '--data', data, '--port', '0'];
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ART33_LOG: 'error' },
  });
  const closed = ended(child);
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const found = /localhost:(\d+)\/enter/.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void closed.then(() => reject(new Error('the house ended before it was open')));
  });
  const { tokens } = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as { readonly tokens: Readonly<Record<string, string>> };
  return {
    port,
    token: tokens['auth0'] ?? '',
    data,
    close: async () => {
      child.kill('SIGTERM');
      await closed;
      rmSync(data, { recursive: true, force: true });
    },
  };
};

/** A failed login, of another account and from another address each: rules match and correlate, and no case opens. */
const signal = (n: number, at: number): string => {
  const id = `90020261128${String(n).padStart(12, '0')}`;
  const ip = `2001:db8:${(n >>> 16).toString(16)}:${(n & 0xffff).toString(16)}::1`;
  const data = {
    date: new Date(at).toISOString(),
    type: 'fp',
    ip,
    user_id: `auth0|${n}`,
    user_name: `account${n}@example.org`,
    log_id: id,
  };
  return JSON.stringify({ log_id: id, data: { ...data, tenant_name: 'muster', hostname: 'muster.eu.auth0.com' } });
};

export type Answers = {
  /** Answered 202. */
  accepted: number;
  refused: number;
  /** Milliseconds from the instant at which each was due to be sent: a sender that had to wait counts it. */
  readonly waits: number[];
};

/** Connections of as many senders. */
const senders = 64;

const sendOne = (house: House, agent: Agent, body: string): Promise<number> =>
  new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${house.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request({ host: '127.0.0.1', port: house.port, path: '/signals/auth0', method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', () => resolve(0));
    asked.end(body);
  });

/** Sent by the clock, whether or not the ones before were answered. */
const sendAll = async (house: House, { rate, lasting }: IntakeSettings, say: (line: string) => void): Promise<Answers> => {
  const agent = new Agent({ keepAlive: true, maxSockets: senders });
  const answers: Answers = { accepted: 0, refused: 0, waits: [] };
  const begun = performance.now();
  const open = new Set<Promise<void>>();
  const total = Math.round((rate * lasting) / 1_000);
  let told = 0;
  for (let sent = 0; sent < total; ) {
    const elapsed = performance.now() - begun;
    for (const due = Math.min(total, Math.floor((elapsed * rate) / 1_000)); sent < due; sent += 1) {
      const at = begun + (sent * 1_000) / rate;
      const one = sendOne(house, agent, signal(sent, Date.now())).then((status) => {
        answers.waits.push(performance.now() - at);
        if (status === 202) answers.accepted += 1;
        else answers.refused += 1;
        open.delete(one);
      });
      open.add(one);
    }
    if (elapsed - told >= 10_000) {
      told = elapsed;
      say(`${sent} sent, ${answers.accepted} answered`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(open);
  agent.destroy();
  return answers;
};

export type Stored = {
  /** Counted by the door, and the raw events themselves. */
  readonly stored: number;
  readonly raw: number;
  readonly receipts: number;
  readonly duplicates: number;
};

const storedIn = (data: string): Stored => {
  const db = new DatabaseSync(join(data, 'art33.db'), { readOnly: true });
  const count = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
  try {
    return {
      stored: count('SELECT SUM(n) FROM stored'),
      // The names of attached signals lie beside them.
      raw: count("SELECT COUNT(*) FROM raw WHERE source <> 'handles'"),
      receipts: count('SELECT COUNT(*) FROM receipt'),
      duplicates: count(`SELECT COUNT(*) FROM receipt WHERE disposition = 'duplicate'`),
    };
  } finally {
    db.close();
  }
};

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
};

export type Run = {
  readonly answers: Answers;
  readonly after: Stored;
  readonly drained: Stored;
  readonly tookSeconds: number;
};

/** What was accepted must be there, once: as a raw event, and in the count that receipts are held against. */
export const missedOf = ({ answers, after }: Pick<Run, 'answers' | 'after'>): readonly string[] => [
  ...(answers.refused > 0 ? [`${answers.refused} signals were not taken`] : []),
  ...(after.raw < answers.accepted || after.stored < answers.accepted
    ? [`${answers.accepted - Math.min(after.raw, after.stored)} accepted signals are lost`]
    : []),
  ...(after.stored > answers.accepted + answers.refused || after.duplicates > 0
    ? [`${Math.max(after.stored - answers.accepted, after.duplicates)} signals are doubled`]
    : []),
];

const figure = (n: number): string => n.toLocaleString('en-GB', { maximumFractionDigits: n < 100 ? 1 : 0 });

const report = ({ answers, after, drained, tookSeconds }: Run, { rate, lasting, draining }: IntakeSettings): Measured => {
  const missed = missedOf({ answers, after });
  const under = after.receipts / tookSeconds;
  const idle = (drained.receipts - after.receipts) / (draining / 1_000);
  const waits = [0.5, 0.99, 0.999, 1].map((share) => quantile(answers.waits, share));
  const head = ['signals/s', 'for', 'accepted', 'p50 ms', 'p99 ms', 'p99.9 ms', 'longest ms', 'assessed/s meanwhile', 'assessed/s after'];
  const cells = [figure(rate), `${figure(lasting / 1_000)} s`, figure(answers.accepted), ...waits.map(figure), figure(under), figure(idle)];
  return {
    lines: [
      ...table(head, [cells]),
      '',
      'One signal a request, by the clock, over 64 connections; each wait is counted from the instant at which it was due to be sent.',
      'Gates: none refused, none lost, none doubled. The door answers after the disk has it; assessment goes on behind, and is no gate.',
    ],
    json: {
      benchmark: 'intake',
      rate,
      seconds: lasting / 1_000,
      ...after,
      accepted: answers.accepted,
      refused: answers.refused,
      waits,
      under,
      idle,
      missed,
    },
    missed,
  };
};

const later = (time: Duration): Promise<void> => new Promise((resolve) => setTimeout(resolve, time));

export const measureIntake = async (wanted: IntakeSettings, say: (line: string) => void): Promise<Measured> => {
  const house = await openHouse();
  try {
    say(`sending ${figure(wanted.rate)} signals a second for ${figure(wanted.lasting / 1_000)} s`);
    const begun = performance.now();
    const answers = await sendAll(house, wanted, say);
    const tookSeconds = (performance.now() - begun) / 1_000;
    const after = storedIn(house.data);
    await later(wanted.draining);
    return report({ answers, after, drained: storedIn(house.data), tookSeconds }, wanted);
  } finally {
    await house.close();
  }
};

export const intakeBenchmark: Benchmark = {
  name: 'intake',
  summary: 'a thousand signals a second through the door of one machine: none lost, none doubled, and the p99 of the answer',
  run: (say, { lasting = settings.lasting }) => measureIntake({ ...settings, lasting }, say),
};
