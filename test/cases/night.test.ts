// P-13: the operator is hit itself. Whatever is hostile, every controller is informed from another machine, and nothing goes over what is.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import { incidentSubject, personId } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { houseMailboxes } from '#flow/night.ts';
import { readState } from '#flow/report.ts';
import { type Channel, allDistrusted, turnTrust } from '#flow/trust.ts';
import { play } from '#local/play.ts';
import { workOff } from '#local/loops.ts';
import { StartRefused } from '#local/refused.ts';
import { exfiltration } from '../flow/raw-events.ts';
import {
  all,
  confirmAt,
  elsewhere,
  h,
  home,
  house,
  kitOf,
  mailboxes,
  nights,
  slack,
  smtp,
  ten,
  toControllers,
  twoMachines,
} from './two-machines.ts';

twoMachines();

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
