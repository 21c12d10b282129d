// Decides whether a dead channel silences nobody: the next channel, the next role, the next contact, and a person beside it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { receive } from '#flow/receive.ts';
import { personId } from '#core/kernel/ids.ts';
import type { Duty } from '#core/duty/duty.ts';
import { type Harness, lineOf, openHarness, startedAt } from '../flow/harness.ts';
import { call, consultation, everyConfirmedNotice, mail, releaseReminder, slack, suspicion, ticket } from '../flow/lines.ts';
import { exfiltration, tenHoursLater } from '../flow/raw-events.ts';
import type { Recorded } from '../flow/recorder.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

const isNotice = (message: Recorded): boolean => message.subject.startsWith('Notification');
const notices = (messages: readonly Recorded[]): readonly Recorded[] => messages.filter(isNotice);
const needsPerson = 'A duty is late or blocked and needs a person';
const noticeTo = async (controller: string): Promise<Duty> => {
  const duty = (await h.duties('notice')).find((one) => one.recipient === controller);
  if (!duty) throw new Error('no such notice');
  return duty;
};
const humanBeside = async (duty: Duty): Promise<readonly Duty[]> => (await h.duties('human')).filter((one) => one.parent === duty.id);

describe('Slack down', () => {
  it('sends every page by mail instead, at once', async () => {
    h.weather((message) => (message.channel === 'slack' ? 'again' : undefined));
    await h.play([exfiltration()]);
    h.expectMessages([
      ticket,
      ...(['sysop', 'architect', 'product', 'management'] as const).map((who) => mail(who, 'For your information')),
      mail('sysop', 'Please take this incident'),
      mail('lead', 'Decision needed: confirm, refute or release'),
      consultation,
    ]);
  });

  it('that hangs costs ten seconds, not the page', async () => {
    h.weather((message) => (message.channel === 'slack' ? 'hang' : undefined));
    await h.play([exfiltration()]);
    const informs = h.takeMessages().filter((m) => m.subject.includes('For your information'));
    expect(informs.map((m) => m.channel)).toEqual(['mail', 'mail', 'mail', 'mail']);
  });
});

describe('a SysOp whom no channel reaches', () => {
  it('hands the call to the next role within five minutes', async () => {
    h.weather((message) => (/Tomke|tomke/.test(message.to) ? 'again' : undefined));
    await h.play([exfiltration()]);
    await h.fastForward('5m');
    expect(
      h
        .takeMessages()
        .filter((m) => m.subject.includes('Please take'))
        .map(lineOf)
        .toSorted(),
    ).toEqual([...call('architect')].toSorted());
  });

  it('hands the call to the next role at once when each channel refuses for good', async () => {
    h.weather((message) => (/Tomke|tomke/.test(message.to) ? 'refused' : undefined));
    await h.play([exfiltration()]);
    const taken = h.takeMessages();
    expect(
      taken
        .filter((m) => m.subject.includes('Please take'))
        .map(lineOf)
        .toSorted(),
    ).toEqual([...call('architect')].toSorted());
    expect(taken.every((m) => m.at === startedAt)).toBe(true);
    expect((await h.duties('call')).map((duty) => [duty.recipient, duty.state]).toSorted()).toEqual([
      ['solution-architect', 'SENT'],
      ['sysop', 'EXPIRED'],
    ]);
  });

  it('is informed as soon as a channel works again, and a person hears of it meanwhile', async () => {
    let away = true;
    h.weather((message) => (away && /Tomke|tomke/.test(message.to) ? 'again' : undefined));
    await h.play([exfiltration()]);
    await h.acknowledge();
    h.takeMessages();
    await h.fastForward('30m');
    expect(h.takeMessages().map(lineOf)).toContain(slack('lead', needsPerson));
    away = false;
    await h.fastForward('6m');
    expect(h.takeMessages().map(lineOf)).toContain(slack('sysop', 'For your information'));
  });
});

describe('everything down', () => {
  it('tries on until it works, and then says each thing once', async () => {
    let down = true;
    h.weather(() => (down ? 'again' : undefined));
    await h.play([exfiltration()]);
    await h.fastForward('1h');
    h.expectMessages([]);
    down = false;
    await h.fastForward('10m');
    const lines = h.takeMessages().map(lineOf);
    for (const line of [ticket, releaseReminder, consultation, slack('architect', 'For your information')])
      expect(lines.filter((one) => one === line)).toEqual([line]);
  });

  it('and refusing for good: the chain goes round every five minutes, and does not spin', async () => {
    h.weather(() => 'refused');
    await h.play([exfiltration()]);
    expect((await h.duties('call')).map((duty) => duty.state).toSorted()).toEqual(['EXPIRED', 'EXPIRED', 'EXPIRED', 'EXPIRED', 'OPEN']);
    await h.fastForward('14m');
    expect(await h.duties('call')).toHaveLength(13);
  });

  it('ends no duty by the number of its tries', async () => {
    h.weather(() => 'again');
    await h.play([exfiltration()]);
    await h.fastForward('3h');
    const lost = (await h.duties()).filter((duty) => duty.kind !== 'call' && duty.state !== 'OPEN');
    expect(lost).toEqual([]);
    expect(Math.max(...(await h.duties('ticket')).map((duty) => duty.attempts))).toBeGreaterThan(20);
  });
});

describe('a mail server that refuses a contact for good', () => {
  it('is followed by the next contact of the contract', async () => {
    h.weather((message) => (message.to === 'security@clinic-portal.example' ? 'refused' : undefined));
    await h.play([exfiltration()]);
    await h.confirm();
    expect(
      notices(h.takeMessages())
        .map((m) => m.to)
        .toSorted(),
    ).toEqual(['amara.osei@clinic-portal.example', 'datenschutz@museum-shop.example', 'privacy@travel-club.example']);
    expect((await noticeTo('clinic-portal')).state).toBe('SENT');
  });

  it('blocks the notice when nobody else is on file, and asks a person at once', async () => {
    h.weather((message) => (message.to === 'privacy@travel-club.example' ? 'refused' : undefined));
    await h.play([exfiltration()]);
    await h.confirm();
    const blocked = await noticeTo('travel-club');
    expect(blocked).toMatchObject({ state: 'BLOCKED', attempts: 1 });
    expect(await humanBeside(blocked)).toHaveLength(1);
    expect(
      h
        .takeMessages()
        .map(lineOf)
        .filter((line) => line.includes(needsPerson)),
    ).toEqual([slack('sysop', needsPerson), slack('lead', needsPerson)]);
  });

  it('is asked again each day, and the person’s duty goes when the notice has arrived', async () => {
    let refused = true;
    h.weather((message) => (refused && message.to === 'privacy@travel-club.example' ? 'refused' : undefined));
    await h.play([exfiltration()]);
    await h.acknowledge();
    await h.confirm();
    refused = false;
    h.takeMessages();
    await h.fastForward('23h');
    expect(notices(h.takeMessages())).toEqual([]);
    await h.fastForward('1h');
    expect(notices(h.takeMessages()).map((m) => m.to)).toEqual(['privacy@travel-club.example']);
    const duty = await noticeTo('travel-club');
    await receive(h.world, { duty, what: 'delivered', by: { provider: 'dsn', eventId: 'dsn-1' } });
    await h.fastForward('4h');
    h.takeMessages();
    expect((await humanBeside(duty)).map((one) => one.state)).toEqual(['CANCELLED']);
  });
});

describe('a ticket that may have been made', () => {
  it('is looked for before it is made again', async () => {
    let first = true;
    h.weather((message) => {
      if (message.channel !== 'ticket' || !first) return undefined;
      first = false;
      return 'unsure';
    });
    await h.play([exfiltration()]);
    await h.fastForward('10m');
    h.expectMessages([...suspicion]);
    expect(h.sinks.probes).toHaveLength(1);
    // Made, too early to look, looked.
    expect((await h.duties('ticket'))[0]).toMatchObject({ state: 'DONE', attempts: 3 });
  });

  it('is made when the search finds none', async () => {
    let first = true;
    h.weather((message) => {
      if (message.channel !== 'ticket' || !first) return undefined;
      first = false;
      return 'lost';
    });
    await h.play([exfiltration()]);
    expect(h.sinks.sent.filter((m) => m.channel === 'ticket')).toEqual([]);
    await h.fastForward('10m');
    h.expectMessages([...suspicion]);
    expect(h.sinks.probes).toHaveLength(1);
  });

  it('gives the search index two minutes, by any clock', async () => {
    h.weather((message) => (message.channel === 'ticket' ? 'lost' : undefined));
    await h.play([exfiltration()]);
    await h.fastForward('179s');
    expect(h.sinks.probes).toEqual([]);
    h.takeMessages();
  });
});

describe('what comes back about a notice', () => {
  beforeEach(async () => {
    await h.play([exfiltration()]);
    await h.acknowledge();
    await h.confirm();
    h.takeMessages();
  });
  const say = async (what: 'delivered' | 'bounced', eventId = 'e-1') =>
    receive(h.world, { duty: await noticeTo('clinic-portal'), what, by: { provider: 'dsn', eventId } });

  it('delivered: the duty is done', async () => {
    expect(await say('delivered')).toEqual({ ok: true, value: 'noted' });
    expect(await noticeTo('clinic-portal')).toMatchObject({ state: 'DONE', reason: 'delivered' });
  });

  it('bounced: a person is asked at once', async () => {
    await say('bounced');
    await h.work();
    expect(await humanBeside(await noticeTo('clinic-portal'))).toHaveLength(1);
    h.expectMessages([slack('sysop', needsPerson), slack('lead', needsPerson)]);
  });

  it('the same event twice, or a bounce after a delivery: nothing more', async () => {
    await say('delivered');
    const entries = (await h.entries()).length;
    expect(await say('delivered')).toEqual({ ok: true, value: 'known' });
    expect(await say('bounced', 'e-2')).toEqual({ ok: true, value: 'known' });
    expect(await h.entries()).toHaveLength(entries);
    await h.work();
    h.expectMessages([]);
  });

  it('the same bounce twice asks once', async () => {
    await say('bounced');
    expect(await say('bounced')).toEqual({ ok: true, value: 'known' });
    await h.work();
    expect(h.takeMessages()).toHaveLength(2);
  });

  it('a named person’s word that it arrived ends it, under his name', async () => {
    await receive(h.world, {
      duty: await noticeTo('clinic-portal'),
      what: 'delivered',
      by: { person: personId('malik-brandt'), how: 'spoke to the desk' },
    });
    const duty = await noticeTo('clinic-portal');
    expect(duty.state).toBe('DONE');
    expect((await h.entries()).filter((entry) => entry.chain === duty.id).at(-1)).toMatchObject({ actor: 'person:malik-brandt' });
  });

  it('nothing at all: after 30 minutes a person is asked, and the notice is not sent again', async () => {
    await h.fastForward('29m');
    h.expectMessages([]);
    await h.fastForward('1m');
    expect(h.takeMessages().map(lineOf).toSorted()).toEqual(
      Array.from({ length: 3 }, () => [slack('sysop', needsPerson), slack('lead', needsPerson)])
        .flat()
        .toSorted(),
    );
    await h.fastForward('12h');
    expect(notices(h.takeMessages())).toEqual([]);
  });

  it('about a duty that never was: nothing is written', async () => {
    const duty = await noticeTo('clinic-portal');
    expect(
      (
        await receive(h.world, {
          duty: { subject: duty.subject, id: 'duty-none' as Duty['id'] },
          what: 'delivered',
          by: { provider: 'dsn', eventId: 'e' },
        })
      ).ok,
    ).toBe(false);
  });
});

describe('a repeat of a notice', () => {
  it('sends the very bytes of the first try', async () => {
    let first = true;
    h.weather((message) => {
      if (!isNotice(message) || message.to !== 'privacy@travel-club.example' || !first) return undefined;
      first = false;
      return 'lost';
    });
    await h.play([exfiltration()]);
    await h.confirm();
    const before = (await h.incident()).occurredTo;
    await h.play([tenHoursLater(exfiltration('muster-message-archive', 5))]);
    expect((await h.incident()).occurredTo).toBeGreaterThan(before);
    await h.fastForward('10m');
    const tries = h.sinks.tried.filter((m) => isNotice(m) && m.to === 'privacy@travel-club.example');
    expect(tries).toHaveLength(2);
    expect(tries[1]?.text).toBe(tries[0]?.text);
    expect(notices(h.takeMessages())).toHaveLength(everyConfirmedNotice.length);
  });
});
