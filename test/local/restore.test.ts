// Decides whether a restore in the middle of a breach mails nobody twice and misses nobody (P-25): real store, real SMTP, real command.
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initConfiguration } from '#adapters/config/init.ts';
import type { Duty } from '#core/duty/duty.ts';
import { incidentSubject, personId } from '#core/kernel/ids.ts';
import { command as decide } from '#flow/change.ts';
import { perform } from '#flow/perform.ts';
import { receive } from '#flow/receive.ts';
import { readState } from '#flow/report.ts';
import { minutes, plus } from '#core/kernel/time.ts';
import { type Loaded, loadInForce } from '#local/configuration.ts';
import { freeze, frozenIn } from '#local/frozen.ts';
import { stderrLog } from '#local/log.ts';
import { assessWaiting, workOff } from '#local/loops.ts';
import { type Node, openNode } from '#local/node.ts';
import { eventsUnder, play } from '#local/play.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { command } from '../bin/in-process.ts';
import { cleanUp, start } from './process.ts';
import { type SmtpSink, openSmtpSink } from '../sinks/smtp.ts';

const many = 40;
const names = Array.from({ length: many }, (_, i) => `controller-${String(i + 1).padStart(2, '0')}`);
const mailOf = (name: string): string => `${name}@controllers.example`;

const controller = (name: string): string => `${name}:
  name: ${name}
  language: en
  zone: Europe/Berlin
  contacts:
    - name: Privacy desk
      mail: ${mailOf(name)}
      verifiedAt: 2026-11-01
  contract:
    trigger: suspected
    onSuspectedTimeout: hold
`;

/** The configuration, and a store in which the breach is suspected: made once for all. */
const common = mkdtempSync(join(tmpdir(), 'art33-restore-'));
const [config, inBreach] = [join(common, 'config'), join(common, 'data')];
let inForce: Loaded;
let home: string;
let data: string;
let backup: string;
let smtp: SmtpSink;

beforeAll(async () => {
  await initConfiguration(config);
  const directory = join(config, 'directory');
  const old = /^[a-z][a-z0-9-]*(?=:)/gm;
  const before = readFileSync(join(directory, 'controllers.yml'), 'utf8').match(old) ?? [];
  writeFileSync(join(directory, 'controllers.yml'), names.map(controller).join(''));
  const assets = readFileSync(join(directory, 'assets.yml'), 'utf8');
  writeFileSync(join(directory, 'assets.yml'), assets.replaceAll(/controllers: \[[^\]]*\]/g, `controllers: [${names.join(', ')}]`));
  expect(before.length).toBeGreaterThan(0);
  const loaded = await loadInForce(config, { now: systemClock().now(), environment: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  inForce = loaded.value;
  [data, smtp] = [inBreach, await openSmtpSink()];
  await inNode(async (node) => {
    const events = eventsUnder(['events/demo/30-guardduty.json'], node.world.sources.current());
    if (!events.ok) throw new Error(events.error);
    await play(node, events.value, { again: true });
    await assessWaiting(node);
  });
  await smtp.close();
});
afterAll(() => rmSync(common, { recursive: true, force: true }));

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'art33-restore-'));
  [data, backup] = [join(home, 'data'), join(home, 'backup')];
  smtp = await openSmtpSink();
});
afterEach(async () => {
  await cleanUp();
  await smtp.close();
  rmSync(home, { recursive: true, force: true });
});

const inNode = async <T>(work: (node: Node) => Promise<T>): Promise<T> => {
  const environment = { SMTP_URL: smtp.url, SMTP_RATE: '5000' };
  const node = await openNode({ dataDir: data, inForce: () => inForce, kind: 'own', environment, log: stderrLog('silent') });
  try {
    return await work(node);
  } finally {
    node.close();
  }
};

const suspected = (): void => cpSync(inBreach, data, { recursive: true });

const release = (node: Node) =>
  readState(node.world.ledger).then(({ incidents: [incident] }) =>
    decide(node.world, incident!.id, (_incident, at) => ({
      type: 'Release',
      at,
      actor: { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' },
    })),
  );

const noticesOf = async (node: Node): Promise<readonly Duty[]> =>
  (await readState(node.world.ledger)).duties
    .filter((duty) => duty.kind === 'notice')
    .toSorted((a, b) => (a.recipient < b.recipient ? -1 : 1));

const send = async (node: Node, duties: readonly Duty[]): Promise<void> => {
  for (const duty of duties) await perform(node.world, duty, { name: 'first-life', epoch: node.epoch });
};

/** How often each controller was mailed. */
const mailed = (): readonly number[] => names.map((name) => smtp.mails.filter((mail) => mail.to.includes(mailOf(name))).length);
const each = (...counts: readonly (readonly [times: number, count: number])[]): readonly number[] =>
  counts.flatMap(([times, count]) => Array.from({ length: times }, () => count));

const copy = (): void => cpSync(data, backup, { recursive: true });
const loseStore = (): void => writeFileSync(join(data, 'art33.db'), 'a disk that lies');
const restore = (...words: readonly string[]) => command(['restore', ...words, '--data', data, '--config', config]);
const goOn = (): Promise<void> => inNode((node) => workOff(node));
const verdicts = (stdout: string): Readonly<Record<string, number>> => {
  const { rows } = JSON.parse(stdout) as { rows: readonly { verdict: string; recipient?: string }[] };
  return Object.fromEntries(
    Map.groupBy(rows, (row) => row.verdict)
      .entries()
      .map(([verdict, all]) => [verdict, all.length]),
  );
};

describe('a restore in an open incident', () => {
  it('sends what was not sent, never again what was, and asks a person about what nobody can know', async () => {
    suspected();
    await inNode(release);
    copy();
    await inNode(async (node) => {
      const notices = await noticesOf(node);
      expect(notices).toHaveLength(many);
      await send(node, notices.slice(0, 18));
      // Taken, and the answer lost: it did arrive.
      smtp.misbehave({ at: 'cut-after-data' });
      await send(node, notices.slice(18, 19));
      // Killed between the trace and the handing over: it never left.
      await node.journal.keep({
        duty: notices[19]!.id,
        what: 'tried',
        at: node.world.clock.now(),
        by: 'art33',
        eventId: 'x.0.mail.contact-1',
      });
    });
    expect(mailed()).toEqual(each([19, 1], [21, 0]));
    loseStore();

    const restored = await restore(backup, '--json');
    expect([restored.code, restored.stderr]).toEqual([0, expect.stringContaining('frozen')]);
    expect(verdicts(restored.stdout)).toMatchObject({ sent: 18, held: 2, open: 20 + 1 });

    // Frozen: nothing leaves, whatever is due.
    await goOn();
    expect(smtp.mails).toHaveLength(19);

    expect((await restore('--thaw')).code).toBe(0);
    await goOn();
    expect(mailed()).toEqual(each([19, 1], [1, 0], [20, 1]));

    // The person finds out: one arrived, one never left.
    const held = await inNode(async (node) => (await noticesOf(node)).filter((duty) => duty.state === 'BLOCKED'));
    expect(held.map((duty) => duty.recipient)).toEqual(names.slice(18, 20));
    const beside = await inNode(async (node) => (await node.world.ledger.dutiesOf(held[0]!.subject)).filter((duty) => duty.parent));
    expect(new Set(beside.map((duty) => duty.parent))).toEqual(new Set(held.map((duty) => duty.id)));
    await inNode((node) =>
      receive(node.world, { duty: held[0]!, what: 'delivered', by: { person: personId('malik-brandt'), how: 'by phone' } }),
    );
    expect((await restore('--let-go', held[1]!.id, '--by', 'malik-brandt')).code).toBe(0);
    await goOn();
    expect(mailed()).toEqual(each([many, 1]));
    const end = await inNode(noticesOf);
    expect(end.map((duty) => duty.state)).toEqual(names.map((_, i) => (i === 18 ? 'DONE' : 'SENT')));
  });

  it('knows a notice again whose release the backup does not have: whoever releases once more sends nothing twice', async () => {
    suspected();
    copy();
    await inNode(async (node) => {
      await release(node);
      await send(node, (await noticesOf(node)).slice(0, 20));
    });
    loseStore();
    expect(verdicts((await restore(backup, '--json')).stdout)).toMatchObject({ sent: 20 });
    expect((await restore('--thaw')).code).toBe(0);
    await goOn();
    expect(mailed()).toEqual(each([20, 1], [20, 0]));
    const asked = await inNode(async (node) =>
      (await readState(node.world.ledger)).duties.filter((duty) => duty.step.startsWith('restored:')),
    );
    expect(asked).toHaveLength(20);
    await inNode(async (node) => {
      await release(node);
      await workOff(node);
    });
    expect(mailed()).toEqual(each([many, 1]));
  });

  it('takes every open notice for one that may have left when the journal went with the store', async () => {
    suspected();
    await inNode(release);
    copy();
    await inNode(async (node) => send(node, (await noticesOf(node)).slice(0, 20)));
    rmSync(data, { recursive: true });
    expect(verdicts((await restore(backup, '--json')).stdout)).toMatchObject({ held: many });
    expect((await restore('--thaw')).code).toBe(0);
    await goOn();
    expect(mailed()).toEqual(each([20, 1], [20, 0]));
  });

  it('holds what was in hand when the copy was made', async () => {
    suspected();
    await inNode(async (node) => {
      await release(node);
      const now = node.world.clock.now();
      const { subject, id, gen, state } = (await noticesOf(node))[0]!;
      const lease = { owner: 'first-life', epoch: node.epoch, now, leaseUntil: plus(now, minutes(2)) };
      await node.world.ledger.claim({ ref: { subject, id }, seen: { gen, state }, ...lease });
    });
    copy();
    loseStore();
    expect(verdicts((await restore(backup, '--json')).stdout)).toMatchObject({ held: 1 });
  });

  it('changes nothing more when it is done again, and keeps the old store beside', async () => {
    suspected();
    await inNode(release);
    copy();
    await inNode(async (node) => send(node, (await noticesOf(node)).slice(0, 20)));
    loseStore();
    await restore(backup);
    const entries = () => inNode(async (node) => (await Array.fromAsync(node.world.ledger.entries())).length);
    const before = await entries();
    expect(verdicts((await restore('--reconcile', '--json')).stdout)).toMatchObject({ known: 20 });
    expect(await entries()).toBe(before);
    const aside = readdirSync(data).find((name) => name.startsWith('before-restore-'))!;
    expect(readFileSync(join(data, aside, 'art33.db'), 'utf8')).toBe('a disk that lies');
  });
});

describe('a frozen start', () => {
  it('says so on stderr and in the console, anchors nothing and calls nobody', async () => {
    suspected();
    freeze(data, { since: systemClock().now(), journal: 'kept' });
    const running = start(['--config', config, '--data', data, '--port', '0']);
    const [, link = ''] = await running.said(/(http:\/\/localhost:\d+\/enter\?once=\S+)/);
    await running.said(/Frozen after a restore/, 'stderr');
    const entered = await fetch(link, { redirect: 'manual' });
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL(entered.headers.get('location') ?? '/', link), { headers: { cookie } });
    expect(await page.text()).toContain('nobody is called and nothing is sent');
    running.kill('SIGTERM');
    expect((await running.ended).code).toBe(0);
    const duties = await inNode(async (node) => (await readState(node.world.ledger)).duties);
    expect(new Set(duties.map((duty) => duty.attempts))).toEqual(new Set([0]));
    expect(existsSync(join(data, 'anchors'))).toBe(false);
  });

  it('thawed, it anchors at once and not again within the hour', async () => {
    suspected();
    for (let i = 0; i < 2; i += 1) {
      const running = start(['--config', config, '--data', data, '--port', '0']);
      await running.said(/enter\?once=/);
      await expect
        .poll(() => existsSync(join(data, 'anchors')) && readdirSync(join(data, 'anchors')).filter((one) => one.endsWith('.json')))
        .toHaveLength(1);
      running.kill('SIGTERM');
      await running.ended;
    }
    const verified = await command(['register', 'verify', '--data', data, '--anchors', join(data, 'anchors'), '--json']);
    expect(JSON.parse(verified.stdout)).toMatchObject({ verdict: 'proved' });
  });
});

it('a restore brings back the key of sealed lists where the folder lost it, and leaves a newer one', async () => {
  suspected();
  copy();
  writeFileSync(join(backup, 'data-keys.json'), 'of the backup');
  rmSync(join(data, 'data-keys.json'));
  expect((await restore(backup)).code).toBe(0);
  expect(readFileSync(join(data, 'data-keys.json'), 'utf8')).toBe('of the backup');
  writeFileSync(join(data, 'data-keys.json'), 'newer');
  await restore(backup);
  expect(readFileSync(join(data, 'data-keys.json'), 'utf8')).toBe('newer');
});

describe('a restore refuses', () => {
  const oneLine = (ended: { code: number | null; stderr: string }, code: number): void => {
    expect([ended.code, ended.stderr.trim().split('\n').length]).toEqual([code, 1]);
  };

  it('a folder without a store, the data folder itself, another key, and words that are missing; nothing is touched', async () => {
    suspected();
    copy();
    const store = readFileSync(join(data, 'art33.db'));
    oneLine(await restore(join(home, 'nowhere')), 1);
    oneLine(await restore(data), 1);
    writeFileSync(join(backup, 'secrets.json'), JSON.stringify({ root: 'another', tokens: {} }));
    oneLine(await restore(backup), 1);
    oneLine(await restore(), 2);
    oneLine(await restore('--let-go', '--by', 'malik-brandt'), 2);
    expect(frozenIn(data)).toBeUndefined();
    expect(readFileSync(join(data, 'art33.db')).equals(store)).toBe(true);
    expect(existsSync(join(data, 'restoring'))).toBe(false);
  });

  it('a damaged backup', async () => {
    suspected();
    copy();
    writeFileSync(join(backup, 'art33.db'), 'no database');
    oneLine(await restore(backup), 1);
    expect(frozenIn(data)).toBeUndefined();
  });

  it('to thaw what is not frozen, not reconciled, or has notices that belong to nothing', async () => {
    suspected();
    oneLine(await restore('--thaw'), 1);
    const at = systemClock().now();
    freeze(data, { since: at, journal: 'kept' });
    const early = await restore('--thaw');
    oneLine(early, 1);
    expect(early.stderr).toContain('not reconciled');
    await inNode(({ journal }) =>
      journal.keep({ duty: `duty-${'a'.repeat(26)}` as Duty['id'], what: 'sent', at, by: 'smtp', eventId: 'x.0.mail.contact-1' }),
    );
    expect(verdicts((await restore('--reconcile', '--json')).stdout)).toMatchObject({ unknown: 1 });
    const refused = await restore('--thaw');
    oneLine(refused, 1);
    expect(refused.stderr).toContain('--accept-unknown 1');
    expect(frozenIn(data)).toBeDefined();
    expect((await restore('--thaw', '--accept-unknown', '1')).code).toBe(0);
    expect(frozenIn(data)).toBeUndefined();
  });

  it('to let a duty go that it does not hold', async () => {
    suspected();
    const [incident] = await inNode(async (node) => (await readState(node.world.ledger)).incidents);
    const [duty] = await inNode((node) => node.world.ledger.dutiesOf(incidentSubject(incident!.id)));
    oneLine(await restore('--let-go', duty!.id, '--by', 'malik-brandt'), 1);
    oneLine(await restore('--let-go', duty!.id, '--by', 'nobody'), 1);
  });
});
