// Decides whether the soak's checker would see each thing that it is there to see: a sound run, spoilt in one place at a time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { instantOf, plus, minutes } from '#core/kernel/time.ts';
import { command } from '#flow/change.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { receive } from '#flow/receive.ts';
import { loadInForce } from '#local/configuration.ts';
import { stderrLog } from '#local/log.ts';
import { workOff } from '#local/loops.ts';
import { type Node, openNode } from '#local/node.ts';
import { attack, ban, leak, writeConfiguration } from './cast.ts';
import { check } from './check/check.ts';
import { effectOf, mailIdOf } from './check/effects.ts';
import type { Act, Facts, Sent, Taken } from './check/facts.ts';
import { dice } from './dice.ts';
import { undisturbed } from './expected.ts';
import { readLedger, unsettled } from './ledger-file.ts';
import { openOutside } from './outside.ts';
import { refsOf } from './senders.ts';

const folder = mkdtempSync(join(tmpdir(), 'art33-soak-check-'));
let sound: Facts;

/** A leak of two controllers' data, confirmed with release; an attack; one that is only counted; one delivery twice. */
const story = [leak(4, 1), leak(4, 1), ...attack(7, 2), ban(1)];

const live = async (node: Node): Promise<{ readonly sent: readonly Sent[]; readonly acts: readonly Act[] }> => {
  for (const [i, { source, body }] of story.entries())
    await ingestDelivery(node.world, { source, id: `http:${i}`, bytes: new TextEncoder().encode(body), received: node.world.clock.now() });
  await workOff(node);
  const acts: Act[] = [];
  for await (const { id, controllers } of node.world.ledger.incidents()) {
    if (controllers.length < 2) continue;
    const actor = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;
    await command(node.world, id, (_incident, at) => ({ type: 'Acknowledge', at, actor }));
    const confirmation = { type: 'Confirm', how: 'seen', reason: 'read later', actor, release: true } as const;
    await command(node.world, id, (_incident, at) => ({ ...confirmation, at, since: at }));
    await workOff(node);
    const [notice] = (await node.world.ledger.dutiesOf(id as never)).filter((duty) => duty.kind === 'notice');
    if (!notice) throw new Error('there is no notice');
    await receive(node.world, { duty: notice, what: 'delivered', by: { person: actor.person, how: 'they called' } });
    acts.push({ incident: id, what: 'acknowledge', result: 'done' }, { incident: id, what: 'confirm', result: 'done' });
    acts.push({ incident: id, what: 'arrived', duty: notice.id, result: 'done' });
  }
  const sent = story.flatMap((post) => refsOf(post).map((rawRef) => ({ source: post.source, rawRef, answered: true })));
  return { sent, acts };
};

beforeAll(async () => {
  const [configDir, dataDir] = [join(folder, 'config'), join(folder, 'data')];
  await writeConfiguration(configDir);
  const outside = await openOutside(dice(1), Date.now);
  outside.fair();
  const loaded = await loadInForce(configDir, { now: instantOf(Date.now()), environment: outside.environment });
  if (!loaded.ok) throw new Error('the configuration of the soak does not load');
  const inForce = loaded.value;
  const node = await openNode({
    dataDir,
    inForce: () => inForce,
    kind: 'own',
    environment: outside.environment,
    log: stderrLog('silent'),
  });
  const lived = await live(node);
  const ledger = await readLedger(node.database);
  const now = Date.now();
  node.close();
  await outside.close();
  const expected = await undisturbed({ dataDir: join(folder, 'undisturbed'), secretsFrom: dataDir, inForce, posts: story });
  sound = { ledger, expected, ...lived, taken: outside.taken, ambiguities: [], configuration: inForce.configuration, now };
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kindsOf = (facts: Facts): readonly string[] => [...new Set(check(facts).map((one) => one.kind))].toSorted();
const withLedger = (change: Partial<Facts['ledger']>): Facts => ({ ...sound, ledger: { ...sound.ledger, ...change } });
const withDuty = (which: (duty: Duty) => boolean, change: (duty: Duty) => Duty): Facts => {
  const chosen = sound.ledger.duties.find(which);
  expect(chosen).toBeDefined();
  return withLedger({ duties: sound.ledger.duties.map((duty) => (duty === chosen ? change(duty) : duty)) });
};
const withIncident = (change: (incident: Incident) => Incident): Facts =>
  withLedger({ incidents: sound.ledger.incidents.map((incident) => (incident.releases.length > 0 ? change(incident) : incident)) });
const messageOf = (which: (taken: Taken) => boolean): Taken => {
  const found = sound.taken.find(which);
  if (!found) throw new Error('no such message');
  return found;
};
const isNotice = (taken: Taken): boolean =>
  taken.sink === 'mail' && sound.ledger.duties.some((duty) => duty.kind === 'notice' && duty.id === mailIdOf(taken.text)?.duty);
const without = (taken: Taken): Facts => ({ ...sound, taken: sound.taken.filter((one) => one !== taken) });
const changed = (taken: Taken, change: Partial<Taken>): Facts => ({
  ...sound,
  taken: sound.taken.map((one) => (one === taken ? { ...one, ...change } : one)),
});

describe('a sound run', () => {
  it('has all kinds of messages and no violation', () => {
    expect(check(sound)).toEqual([]);
    expect(new Set(sound.taken.map((one) => one.sink))).toEqual(new Set(['mail', 'slack', 'ticket']));
    expect(sound.taken.filter(isNotice).length).toBeGreaterThan(1);
    expect(sound.ledger.incidents.length).toBe(2);
  });

  it('left nothing unsettled in its file', () => {
    expect(unsettled(join(folder, 'data'), sound.configuration)).toEqual([]);
    expect(unsettled(join(folder, 'nowhere'), sound.configuration)).toEqual([]);
  });
});

describe('signals', () => {
  it('one that was answered and has no receipt is lost, and the intake does not add up', () => {
    expect(kindsOf(withLedger({ receipts: sound.ledger.receipts.slice(1) }))).toEqual(
      expect.arrayContaining(['intake-gap', 'signal-lost']),
    );
  });

  it('a receipt too many, of nothing that was sent, is seen', () => {
    const [first] = sound.ledger.receipts;
    if (!first) throw new Error('no receipt');
    const more = { ...first, delivery: 'http:more#0', rawRef: 'raw/auth0/none', disposition: 'duplicate' as const };
    expect(kindsOf(withLedger({ receipts: [...sound.ledger.receipts, more] }))).toEqual(['intake-gap', 'receipt-without-signal']);
  });

  it('one that nobody knows to be stored may have a receipt, or none', () => {
    const maybe = { source: 'fail2ban', rawRef: 'raw/fail2ban/none', answered: false };
    expect(kindsOf({ ...sound, sent: [...sound.sent, maybe] })).toEqual([]);
    expect(kindsOf({ ...sound, sent: sound.sent.map((one) => ({ ...one, answered: false })) })).toEqual([]);
  });

  it('bytes that are gone, an event that waits, one unread and one that counts twice are seen', () => {
    const { receipts } = sound.ledger;
    expect(kindsOf(withLedger({ rawRefs: new Set() }))).toEqual(['raw-lost']);
    expect(kindsOf(withLedger({ waiting: 1 }))).toEqual(['signal-waits']);
    expect(kindsOf(withLedger({ receipts: receipts.map((one) => ({ ...one, disposition: 'quarantined' as const })) }))).toEqual(
      expect.arrayContaining(['signal-unreadable']),
    );
    const firsts = receipts.map((one) => (one.disposition === 'duplicate' ? { ...one, disposition: 'assessed' as const } : one));
    expect(kindsOf(withLedger({ receipts: firsts }))).toEqual(['signal-counted-twice']);
  });
});

describe('incidents', () => {
  it('one that is missing, one too many and a different one are seen', () => {
    expect(kindsOf(withLedger({ incidents: sound.ledger.incidents.slice(1) }))).toContain('incident-missing');
    expect(kindsOf({ ...sound, expected: sound.expected.slice(1) })).toEqual(['incident-too-many']);
    for (const change of [
      { title: 'another' as Incident['title'] },
      { controllers: [controllerId('hazel')] },
      { findings: [] },
      { outcome: 'suspected-breach' as const },
    ])
      expect(kindsOf(withIncident((incident) => ({ ...incident, ...change }) as Incident))).toContain('incident-different');
  });

  it('a decision that nobody took is a difference; one of which nobody knows may stand or not', () => {
    const confirmed = (result: Act['result'] | undefined): Facts => ({
      ...sound,
      acts: sound.acts.flatMap((act) => (act.what === 'confirm' ? (result === undefined ? [] : [{ ...act, result }]) : [act])),
    });
    expect(kindsOf(confirmed('unknown'))).toEqual([]);
    expect(kindsOf(confirmed(undefined))).toEqual(['incident-different', 'notice-without-release']);
  });

  it('an act that was answered and does not stand is lost', () => {
    const unacknowledged = withIncident(({ ack: _ack, ...incident }) => incident as Incident);
    expect(kindsOf(unacknowledged)).toContain('act-lost');
    expect(kindsOf(withIncident(({ aware: _aware, ...incident }) => incident as Incident))).toContain('act-lost');
    expect(
      kindsOf(
        withDuty(
          (duty) => duty.kind === 'notice' && duty.state === 'DONE',
          (duty) => ({ ...duty, state: 'SENT', nextAt: plus(instantOf(sound.now), minutes(5)) }),
        ),
      ),
    ).toContain('act-lost');
  });
});

describe('duties', () => {
  it('one that is owed and not there is seen', () => {
    for (const kind of ['ticket', 'inform', 'call', 'consult', 'release', 'notice'])
      expect(kindsOf(withLedger({ duties: sound.ledger.duties.filter((duty) => duty.kind !== kind) })), kind).toContain('duty-missing');
  });

  it('one that is due, held, blocked, tried in vain or in no index is seen', () => {
    const waits = (duty: Duty): boolean => duty.state === 'SENT';
    expect(kindsOf(withDuty(waits, (duty) => ({ ...duty, nextAt: instantOf(sound.now) })))).toEqual(['duty-undone']);
    expect(kindsOf(withDuty(waits, (duty) => ({ ...duty, owner: 'node-1' })))).toEqual(['duty-undone']);
    expect(kindsOf(withDuty(waits, (duty) => ({ ...duty, state: 'BLOCKED' })))).toEqual(['duty-blocked']);
    expect(kindsOf(withDuty(waits, (duty) => ({ ...duty, state: 'OPEN' })))).toEqual(['duty-undone']);
    expect(kindsOf(withLedger({ indexed: new Set() }))).toEqual(['duty-forgotten']);
  });

  it('one that ended without evidence is seen', () => {
    for (const kind of ['ticket', 'inform', 'notice'])
      expect(
        kindsOf(
          withDuty(
            (duty) => duty.kind === kind,
            (duty) => ({ ...duty, evidence: [] }),
          ),
        ),
        kind,
      ).toContain('evidence-missing');
  });
});

describe('messages', () => {
  it('one of each sink that is proved and was never taken is seen', () => {
    for (const sink of ['mail', 'slack', 'ticket'])
      expect(kindsOf(without(messageOf((one) => one.sink === sink))), sink).toEqual(['message-missing']);
  });

  it('evidence of other bytes, or under another id, is not true', () => {
    const mail = messageOf((one) => one.sink === 'mail');
    expect(kindsOf(changed(mail, { text: `${mail.text} ` }))).toEqual(['message-missing']);
    expect(kindsOf(changed(mail, { id: 'SOAK999' }))).toEqual(['message-missing']);
  });

  it('one of each sink that came twice is seen, unless an ambiguity or a broken line explains it; a second ticket nothing does', () => {
    const { attempts, duties } = sound.ledger;
    // Each effect tried three times, so that it is the explanation that counts here.
    const tried = { ...sound.ledger, attempts: [...attempts, ...attempts, ...attempts] };
    const effects = new Set(duties.flatMap((duty) => duty.evidence.map((one) => effectOf(duty, one.channel, sound.configuration))));
    const ambiguities = [...effects].map((effect) => ({ why: 'kill' as const, round: 1, effect, attempt: effect }));
    for (const sink of ['mail', 'slack', 'ticket']) {
      const one = messageOf((taken) => taken.sink === sink);
      const twice: Facts = { ...sound, ledger: tried, taken: [...sound.taken, one] };
      expect(kindsOf(twice), sink).toEqual(['message-repeated']);
      const excused = sink === 'ticket' ? ['message-repeated'] : [];
      expect(kindsOf({ ...twice, taken: [...sound.taken, { ...one, dropped: true }] }), sink).toEqual(excused);
      expect(kindsOf({ ...twice, ambiguities }), sink).toEqual(excused);
      expect(kindsOf({ ...twice, taken: [...twice.taken, one], ambiguities }), sink).toEqual(['message-repeated']);
    }
  });

  it('one that was never intended is seen', () => {
    expect(kindsOf(withLedger({ attempts: [] }))).toEqual(['message-unintended']);
  });

  it('one that belongs to no duty is seen', () => {
    const mail = messageOf((one) => one.sink === 'mail');
    const other = { ...mail, text: mail.text.replace(/Message-ID:\s+</, 'Message-ID: <x') };
    expect(kindsOf({ ...sound, taken: [...sound.taken, other] })).toEqual(['message-of-no-duty']);
  });

  it('a notice repeated with other words is seen', () => {
    const notice = messageOf(isNotice);
    const other = { ...notice, text: `${notice.text}and more\r\n`, dropped: true };
    expect(kindsOf({ ...sound, taken: [...sound.taken, other] })).toContain('notice-changed');
  });

  it('a notice to another controller, to two at once, or staff mail to a controller is seen', () => {
    const notice = messageOf(isNotice);
    const own = notice.to[0] ?? '';
    expect(kindsOf(changed(notice, { to: ['desk@hazel.example'] }))).toEqual(['wrong-recipient']);
    expect(kindsOf(changed(notice, { to: [own, 'desk@hazel.example'] }))).toEqual(['wrong-recipient']);
    expect(
      kindsOf(
        changed(
          messageOf((one) => one.sink === 'mail' && !isNotice(one)),
          { to: [own] },
        ),
      ),
    ).toEqual(['wrong-recipient']);
  });

  it('a message that names another controller is seen, in whatever sink', () => {
    const notice = messageOf(isNotice);
    expect(kindsOf(changed(notice, { text: `${notice.text}Hazel and Daughters Ltd\r\n` }))).toContain('names-another');
    const slack = messageOf((one) => one.sink === 'slack');
    expect(kindsOf(changed(slack, { text: slack.text.replace('"mrkdwn"', '"more":"desk@hazel.example","mrkdwn"') }))).toContain(
      'names-another',
    );
  });

  it('a notice without a release is seen', () => {
    expect(kindsOf(withIncident((incident) => ({ ...incident, releases: [] })))).toContain('notice-without-release');
  });
});

describe('the register', () => {
  it('a line that is gone or changed, and a chain that is behind its ledger, are seen', () => {
    const { entries } = sound.ledger;
    const followed = entries.find((one) => entries.some((next) => next.chain === one.chain && next.seq === one.seq + 1));
    expect(kindsOf(withLedger({ entries: entries.filter((one) => one !== followed) }))).toContain('register-broken');
    expect(kindsOf(withLedger({ entries: entries.map((one, i) => (i === 3 ? { ...one, actor: 'machine:other' } : one)) }))).toEqual([
      'register-broken',
    ]);
    const last = entries.findLast((one) => one.seq > 1);
    expect(kindsOf(withLedger({ entries: entries.filter((one) => one !== last) }))).toEqual(['register-behind']);
  });
});
