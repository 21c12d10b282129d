// Case 2 (fail2ban #3008): a restart floods the chat with bans. What comes in bulk is told once, and each sink has a pace of its own.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Played } from '#local/play.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration, raw, stuffing } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

const bans = (n: number): readonly Played[] =>
  Array.from({ length: n }, (_, i) =>
    raw('fail2ban', `2026-03-14 02:00:0${i % 10},100 fail2ban.actions [8]: NOTICE [sshd] Ban 2001:db8:${(i + 1).toString(16)}::1`),
  );

describe('five hundred bans in ten seconds', () => {
  it('are five hundred defences that held: counted, and nobody hears of one', async () => {
    await h.play(bans(500));
    expect(await h.incidents()).toEqual([]);
    h.expectMessages([]);
  });

  it('and a login from one of them are one case, told once', async () => {
    await h.play(bans(300));
    const login = {
      log_id: 'l',
      data: { date: '2026-03-14T02:20:00.000Z', type: 's', ip: '2001:db8:7::1', user_id: 'auth0|1', log_id: 'l' },
    };
    await h.play([raw('auth0', login)]);
    expect(await h.incidents()).toHaveLength(1);
    const messages = h.takeMessages();
    expect(messages.filter(({ channel }) => channel === 'ticket')).toHaveLength(1);
    // Four are informed, one is called by chat and mail, one decides, one advises, or finds the controller.
    expect(messages.length).toBeLessThanOrEqual(10);
  });
});

describe('bans of addresses of our own', () => {
  it('alarm, and a restart that makes sixteen of them is one case, told once', async () => {
    await h.play(
      Array.from({ length: 16 }, (_, i) =>
        raw('fail2ban', `2026-03-14 02:00:00,100 fail2ban.actions [8]: NOTICE [sshd] Ban 198.51.100.${240 + i}`),
      ),
    );
    expect(await h.incident()).toMatchObject({ signalCount: 16 });
    const messages = h.takeMessages();
    expect(messages.filter(({ channel }) => channel === 'ticket')).toHaveLength(1);
    expect(messages.filter(({ subject, channel }) => channel === 'slack' && subject.includes('Please take this incident'))).toHaveLength(1);
  });
});

describe('what alarms, in bulk', () => {
  it('is one case with one set of messages: forty findings about one bucket', async () => {
    await h.play(Array.from({ length: 40 }, (_, i) => exfiltration('muster-message-archive', i + 1)));
    expect(await h.incident()).toMatchObject({ signalCount: 40 });
    const messages = h.takeMessages();
    expect(messages.filter(({ channel }) => channel === 'ticket')).toHaveLength(1);
    expect(messages.filter(({ subject }) => subject.includes('Please take this incident'))).toHaveLength(2);
    expect(messages.length).toBe(9);
  });

  it('is one case: forty addresses that try the same accounts of one organisation', async () => {
    await h.play(Array.from({ length: 40 }, (_, i) => stuffing('org_museum_shop', `203.0.113.${i + 1}`)).flat());
    const calls = h.takeMessages().filter(({ subject, channel }) => channel === 'slack' && subject.includes('Please take this incident'));
    expect(calls.length).toBeLessThanOrEqual((await h.incidents()).length);
    expect((await h.incidents()).length).toBeLessThanOrEqual(2);
  });

  it('waits where a sink asks for it, and loses nothing', async () => {
    let refusals = 0;
    h.weather((message) => {
      if (message.channel !== 'slack' || refusals >= 20) return undefined;
      refusals += 1;
      return 'again';
    });
    await h.play([exfiltration()]);
    await h.fastForward('1h');
    expect((await h.duties('inform')).map(({ state }) => state)).toEqual(['DONE', 'DONE', 'DONE', 'DONE']);
    h.takeMessages();
  });
});
