// P-13: the operator is hit itself. Whatever is hostile, every controller is informed from another machine, and nothing goes over what is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWith, sealTo } from '#adapters/age/seal.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { genesis, sha256 } from '#core/kernel/hash.ts';
import type { Duty } from '#core/duty/duty.ts';
import { controllerId, incidentSubject, personId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { hours, instantOf, minutes, plus } from '#core/kernel/time.ts';
import { nextEntry } from '#core/register/entry.ts';
import type { NightKit } from '#core/register/night-kit.ts';
import { anchorOf, verifyRegister } from '#core/register/verify.ts';
import { mergeNight } from '#flow/merge-night.ts';
import { houseMailboxes } from '#flow/night.ts';
import { gatherKit, kitBytes } from '#flow/night-kit.ts';
import { readState } from '#flow/report.ts';
import { type Channel, allDistrusted, turnTrust } from '#flow/trust.ts';
import { stderrLog } from '#local/log.ts';
import { play } from '#local/play.ts';
import { workOff } from '#local/loops.ts';
import { type NightSettings, type OpenNight, openNight } from '#local/night.ts';
import { StartRefused } from '#local/refused.ts';
import { serveHere } from '#local/server.ts';
import { localSessions } from '#local/sessions.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { openBrowser } from '../local/browser.ts';
import { type SlackSink, openSlackSink } from '../sinks/slack.ts';
import { type SmtpSink, openSmtpSink } from '../sinks/smtp.ts';

const ten = Array.from({ length: 10 }, (_, i) => `controller-${i + 1}`);

/** Ten controllers whose data lies in the archive, each with a mailbox of its own. */
const withTen = (configuration: Configuration): Configuration => {
  const [like] = configuration.directory.controllers.values();
  if (!like) throw new Error('the example has no controller');
  const made = ten.map((id): Controller => {
    const name = fromConfiguration(id);
    return { ...like, id: controllerId(id), name, contacts: [{ ...like.contacts[0]!, mail: `privacy@${id}.example` }] };
  });
  const assets = configuration.directory.assets.map((asset) =>
    asset.identifiers.includes('s3:muster-message-archive') ? { ...asset, controllers: ten.map(controllerId) } : asset,
  );
  const notice = { from: 'notices@muster.example', replyTo: 'desk@muster.example' };
  const controllers = new Map(made.map((one) => [one.id, one]));
  return { ...configuration, notice, directory: { ...configuration.directory, controllers, assets } };
};

let h: Harness;
let home: string;
let smtp: SmtpSink;
let slack: SlackSink;
const nights: OpenNight[] = [];
beforeEach(async () => {
  h = await openHarness({ change: withTen });
  home = mkdtempSync(join(tmpdir(), 'art33-night-'));
  smtp = await openSmtpSink();
  slack = await openSlackSink();
});
afterEach(async () => {
  for (const night of nights.splice(0)) night.close();
  await Promise.all([smtp.close(), slack.close()]);
  h.takeMessages();
  h.close();
  rmSync(home, { recursive: true, force: true });
});

/** The kit as one of the two people holds it: sealed by the house, opened by a key of theirs. */
const kitOf = async (): Promise<{ readonly kit: NightKit; readonly sealed: string }> => {
  const keys = await Promise.all([generateIdentity(), generateIdentity()]);
  const anchors = { latest: async () => anchorOf(await h.entries(), h.clock.now()) };
  const seal = sealTo(await Promise.all(keys.map((key) => identityToRecipient(key))));
  const sealed = await seal(kitBytes(await gatherKit({ ...h.world, anchors })));
  const opened = await openWith(keys[1]!, sealed);
  if (!opened.ok) throw new Error(opened.error);
  return { kit: JSON.parse(new TextDecoder().decode(opened.value)) as NightKit, sealed: sha256(sealed) };
};

const elsewhere = async (more: Partial<NightSettings> = {}, kit?: Awaited<ReturnType<typeof kitOf>>): Promise<OpenNight> => {
  const night = await openNight({
    dataDir: join(home, 'night'),
    ...(kit ?? (await kitOf())),
    reserve: { url: smtp.url, from: 'notices@reserve.example', replyTo: 'answers@reserve.example' },
    by: personId('malik-brandt'),
    why: 'the house is in other hands',
    distrusted: [],
    letGo: [],
    environment: { SMTP_RATE: '1000' },
    port: 0,
    log: stderrLog('error', () => undefined),
    clock: h.clock,
    ...more,
  });
  nights.push(night);
  return night;
};

/** Somebody sits at the other machine, and signs in there by the link that its start printed. */
const confirmAt = async ({ node }: OpenNight): Promise<void> => {
  const sessions = localSessions();
  const here = await serveHere({ node, sessions, port: 0, hosts: [] });
  try {
    const browser = await openBrowser(here.port, `/enter?once=${sessions.once}`);
    await browser.post('/who', '/who', { person: 'malik-brandt' });
    for await (const { id } of node.world.ledger.incidents()) {
      const since = new Date(h.clock.now()).toISOString().slice(0, 16);
      const answer = await browser.post(`/incidents/${id}`, `/incidents/${id}/confirm`, {
        since,
        how: 'read in the access log',
        release: 'on',
      });
      expect(answer.status).toBe(303);
    }
  } finally {
    await here.close();
  }
  await workOff(node);
};

const mailboxes = (): readonly string[] => [...new Set(smtp.mails.flatMap(({ to }) => to))].toSorted();
const toControllers = () => smtp.mails.filter(({ to }) => to.some((one) => one.startsWith('privacy@')));
const all = ten.map((id) => `privacy@${id}.example`).toSorted();
const house = (mailbox: string): boolean => mailbox.endsWith('@muster.example');

type Hostile = { readonly hostile: string; readonly channel: Channel; readonly calledBy: 'slack' | 'mail'; readonly untouched: () => void };

describe.each<Hostile>([
  { hostile: 'Workspace', channel: 'mail', calledBy: 'slack', untouched: () => expect(mailboxes().filter(house)).toEqual([]) },
  { hostile: 'Slack', channel: 'slack', calledBy: 'mail', untouched: () => expect(slack.requests).toEqual([]) },
  // Nobody was asked who may come in, and nothing was handed to a mail server of AWS: there was one server, and one link.
  { hostile: 'Auth0', channel: 'idp', calledBy: 'slack', untouched: () => undefined },
  { hostile: 'the AWS account', channel: 'aws', calledBy: 'slack', untouched: () => undefined },
])('while $hostile is hostile', ({ channel, calledBy, untouched }) => {
  it('all ten controllers are informed from another machine, once each, and nothing goes over what is', async () => {
    await h.play([exfiltration()]);
    h.takeMessages();
    const night = await elsewhere({ distrusted: [channel], environment: { SLACK_WEBHOOK_URL: slack.webhook, SMTP_RATE: '1000' } });
    expect(await allDistrusted(night.node.world)).toMatchObject([{ channel, reason: 'the house is in other hands' }]);
    // Nobody has taken the case: the next of the chain is called, by what is left.
    h.clock.set(plus(h.clock.now(), minutes(20)));
    await workOff(night.node);
    expect(calledBy === 'slack' ? slack.posts.length : mailboxes().filter(house).length).toBeGreaterThan(0);
    await confirmAt(night);
    expect(
      toControllers()
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual(all);
    untouched();
    for (const { from, bytes } of smtp.mails) {
      expect(from).toBe('notices@reserve.example');
      expect(bytes.toString()).toMatch(/^Reply-To: answers@reserve\.example\r$/m);
      expect(bytes.toString()).not.toContain('desk@muster.example');
    }
    // Nothing of the house acts meanwhile: what it knows is what it knew.
    expect(h.takeMessages()).toEqual([]);
  });
});

it('a reserve sender at AWS is refused while AWS is hostile', async () => {
  await h.play([exfiltration()]);
  const reserve = { url: 'smtps://user:word@email-smtp.eu-west-1.amazonaws.com', from: 'n@reserve.example', replyTo: 'n@reserve.example' };
  await expect(elsewhere({ distrusted: ['aws'], reserve })).rejects.toThrow(StartRefused);
  await expect(elsewhere({ distrusted: ['mail'], reserve })).resolves.toMatchObject({ held: [] });
});

it('a channel that the house distrusted is distrusted by the night', async () => {
  await h.play([exfiltration()]);
  await turnTrust(h.world, { channel: 'jira', trust: false, actor: 'person:cli:greta-vogt', reason: 'its token leaked' });
  const night = await elsewhere({ distrusted: ['slack'] });
  expect((await allDistrusted(night.node.world)).map(({ channel }) => channel)).toEqual(['slack', 'jira']);
});

it('whoever reads mail outside the house is reached while its mailboxes are hostile', () => {
  const { configuration } = h.world.directory.current();
  const people = new Map(configuration.directory.people);
  const [officer] = configuration.directory.roles.get('dpo') ?? [];
  people.set(officer!, { ...people.get(officer!)!, mail: 'dpo@law.example' });
  const isHouse = houseMailboxes({ ...configuration, directory: { ...configuration.directory, people } });
  expect(['Tomke.Harms@MUSTER.example', 'desk@muster.example', 'dpo@law.example', 'privacy@controller-1.example'].map(isHouse)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('a night', () => {
  it('without Slack calls by mail, and without Jira says that there is no ticket: nothing goes into a folder and counts as sent', async () => {
    const night = await elsewhere();
    await play(night.node, [exfiltration()], { again: true });
    await workOff(night.node);
    expect(mailboxes().filter(house).length).toBeGreaterThan(0);
    const { duties } = await readState(night.node.world.ledger);
    expect(duties.filter(({ kind }) => kind === 'ticket')).toMatchObject([
      { state: 'BLOCKED', lastFailure: 'tickets: this machine has no Jira' },
    ]);
    expect(duties.flatMap(({ evidence }) => evidence).filter(({ via }) => via === 'outbox')).toEqual([]);
  });

  it('goes on from its own store when it is started again, and tells nobody twice', async () => {
    await h.play([exfiltration()]);
    const kit = await kitOf();
    const first = await elsewhere({}, kit);
    await confirmAt(first);
    const told = smtp.mails.length;
    nights.pop()?.close();
    const second = await elsewhere({}, kit);
    await workOff(second.node);
    expect(smtp.mails).toHaveLength(told);
    expect(toControllers()).toHaveLength(10);
    nights.pop()?.close();
    await expect(elsewhere({}, { ...kit, sealed: 'another' })).rejects.toThrow('holds the night of another kit');
  });

  it('holds what the house may have sent since the kit was made, until somebody knows', async () => {
    await h.play([exfiltration()]);
    await h.confirm({ release: false });
    h.weather((message) => (message.channel === 'mail' ? 'again' : undefined));
    await h.release();
    const kit = await kitOf();
    expect((await h.duties('notice')).map(({ state }) => state)).toEqual(ten.map(() => 'OPEN'));
    h.clock.set(plus(h.clock.now(), hours(1)));
    const night = await elsewhere({}, kit);
    expect(night.held).toHaveLength(10);
    await workOff(night.node);
    expect(toControllers()).toEqual([]);
    nights.pop()?.close();
    const again = await elsewhere({ letGo: [night.held[0]!] }, kit);
    await workOff(again.node);
    expect([again.letGone, again.held.length, toControllers().length]).toEqual([1, 9, 1]);
    nights.pop()?.close();
    const rest = await elsewhere({ letGo: 'all' }, kit);
    await workOff(rest.node);
    expect(
      toControllers()
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual(all);
  });

  it('holds what the house had in hand when the kit was made, and frees it of its worker', async () => {
    await h.play([exfiltration()]);
    await h.confirm({ release: false });
    h.weather((message) => (message.channel === 'mail' ? 'again' : undefined));
    await h.release();
    const { kit, sealed } = await kitOf();
    const later = plus(h.clock.now(), minutes(2));
    const inHand = (duty: Duty): Duty => (duty.kind === 'notice' ? { ...duty, owner: 'lambda', leaseUntil: later, nextAt: later } : duty);
    const night = await elsewhere({}, { kit: { ...kit, seed: { ...kit.seed, duties: kit.seed.duties.map(inHand) } }, sealed });
    expect(night.held).toHaveLength(10);
    for await (const { id } of night.node.world.ledger.incidents())
      for (const duty of await night.node.world.ledger.dutiesOf(incidentSubject(id))) expect(duty.owner).toBeUndefined();
  });

  it('tries at once by its own ways what was blocked in the house', async () => {
    await h.play([exfiltration()]);
    await h.confirm({ release: false });
    h.weather((message) => (message.channel === 'mail' ? 'refused' : undefined));
    await h.release();
    expect(new Set((await h.duties('notice')).map(({ state }) => state))).toEqual(new Set(['BLOCKED']));
    const night = await elsewhere();
    expect(night.held).toEqual([]);
    await workOff(night.node);
    expect(
      toControllers()
        .flatMap(({ to }) => to)
        .toSorted(),
    ).toEqual(all);
  });

  it('that was half begun is begun again', async () => {
    await h.play([exfiltration()]);
    const kit = await kitOf();
    await elsewhere({}, kit);
    nights.pop()?.close();
    rmSync(join(home, 'night', 'night.json'));
    const night = await elsewhere({}, kit);
    expect((await night.node.world.ledger.entriesOf(`night:${kit.sealed.slice(0, 16)}`)).map(({ type }) => type)).toEqual(['NightStarted']);
  });

  it('is begun by somebody of the house', async () => {
    await h.play([exfiltration()]);
    await expect(elsewhere({ by: personId('nobody-known') })).rejects.toThrow('--as nobody-known: there is nobody of that id in the kit');
  });
});

describe('on the morning after', () => {
  const merged = async (night: OpenNight) => {
    const { ledger, evidence } = night.node.world;
    const done = await mergeNight(h.world, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'));
    if (!done.ok) throw new Error(done.error);
    return done.value;
  };

  it('the register of the night comes home, with both roots, and nobody is told again', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere({ distrusted: ['mail'] });
    await confirmAt(night);
    const became = await h.incident();
    await h.fastForward('1h');
    h.takeMessages();
    const lines = await night.node.world.ledger.incident(became.id);
    const home = await merged(night);
    expect(home.rows.filter(({ verdict }) => verdict === 'sent').map(({ recipient }) => recipient)).toEqual(expect.arrayContaining(ten));
    expect((await h.incident()).aware?.at).toBe(lines?.aware?.at);
    const chain = (await h.entries()).filter(({ chain: one }) => one.startsWith('night:'));
    expect(chain.at(-1)).toMatchObject({ type: 'NightMerged', data: home.roots });
    const kept = chain.filter(({ type }) => type === 'NightEntry');
    expect(kept).toHaveLength(home.entries);
    expect(kept.map(({ data }) => (data['entry'] as { type: string }).type)).toEqual(
      expect.arrayContaining(['NightStarted', 'BreachConfirmed', 'DutySent']),
    );
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    // A day of the house's own clocks: the controllers hear nothing of this a second time.
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
    expect((await h.duties('notice')).filter(({ step }) => step.startsWith('confirmed')).every(({ state }) => state === 'SENT')).toBe(true);
  });

  it('a second time changes nothing more', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    await merged(night);
    const before = await h.entries();
    const again = await merged(night);
    expect([again.entries, again.adopted, again.rows.every(({ verdict }) => verdict === 'known' || verdict === 'open')]).toEqual([
      0,
      0,
      true,
    ]);
    expect(await h.entries()).toEqual(before);
  });

  it('a case that began that night is a case of the house, with what was sent', async () => {
    const night = await elsewhere();
    await play(night.node, [exfiltration()], { again: true });
    await workOff(night.node);
    await confirmAt(night);
    expect(toControllers()).toHaveLength(10);
    const done = await merged(night);
    expect([done.adopted, done.entries]).toEqual([1, 1]);
    expect((await h.incident()).state).toBe('confirmed');
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('a line that somebody else wrote meanwhile is gone on behind', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    const { ledger, evidence } = night.node.world;
    const { commit } = h.world.ledger;
    let seen = 0;
    const disturbed = async (writes: Parameters<typeof commit>[0]): Promise<'committed' | 'conflict'> => {
      const [first] = writes;
      if (first?.put === 'entry' && first.entry.chain.startsWith('night:')) {
        seen += 1;
        const { chain, actor } = first.entry;
        const foreign = nextEntry(genesis, { chain, at: h.clock.now(), actor, type: 'NightLookedAt', data: {} });
        if (seen === 1) await commit([{ put: 'entry', entry: foreign }]);
      }
      return commit(writes);
    };
    const home = { ...h.world, ledger: { ...h.world.ledger, commit: disturbed } };
    expect(await mergeNight(home, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'))).toMatchObject({ ok: true });
    const chain = (await h.entries()).filter((one) => one.chain.startsWith('night:'));
    expect([chain[0]?.type, chain.at(-1)?.type]).toEqual(['NightLookedAt', 'NightMerged']);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
  });

  it('two who bring it home at once break no chain', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    // One of them may be told to try again, and does.
    const both = await Promise.allSettled([merged(night), merged(night)]);
    expect(both.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await merged(night);
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    await h.fastForward('25h');
    expect(h.takeMessages().filter(({ to }) => to.startsWith('privacy@'))).toEqual([]);
  });

  it('a case is taken over where its chain is longer than a transaction, and where a try before broke off', async () => {
    const night = await elsewhere();
    await play(night.node, [exfiltration()], { again: true });
    await workOff(night.node);
    await confirmAt(night);
    const { commit } = h.world.ledger;
    let left = 30;
    const narrow = async (writes: Parameters<typeof commit>[0]): Promise<'committed' | 'conflict'> => {
      if (writes.length > 2) throw new Error('more than this ledger takes at once');
      left -= 1;
      if (left === 0) throw new Error('the line broke');
      return commit(writes);
    };
    const { ledger, evidence } = night.node.world;
    const home = { ...h.world, ledger: { ...h.world.ledger, commit: narrow } };
    const merge = () => mergeNight(home, { ledger, evidence, journal: night.node.journal }, personId('greta-vogt'));
    await expect(merge()).rejects.toThrow('the line broke');
    expect(await merge()).toMatchObject({ ok: true, value: { adopted: 1 } });
    expect((await h.incident()).state).toBe('confirmed');
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    expect((await h.duties('notice')).filter(({ state }) => state === 'SENT')).toHaveLength(10);
  });

  it('the bytes that each controller got lie where all others do', async () => {
    await h.play([exfiltration()]);
    const night = await elsewhere();
    await confirmAt(night);
    await merged(night);
    const kept: Buffer[] = [];
    for await (const { eventId, what } of night.node.journal.since(instantOf(0)))
      if (what === 'tried') kept.push(Buffer.from((await h.world.evidence.get(`mail/${eventId}`)) ?? []));
    for (const { bytes } of toControllers()) expect(kept.some((one) => one.equals(bytes))).toBe(true);
  });

  it('a store in which no night began is refused', async () => {
    const done = await mergeNight(
      h.world,
      { ledger: h.world.ledger, evidence: h.world.evidence, journal: h.node.journal },
      personId('greta-vogt'),
    );
    expect(done).toEqual({ ok: false, error: 'no night was ever begun in this store' });
  });
});
