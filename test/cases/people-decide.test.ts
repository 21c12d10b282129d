// Decides whether acts of people do what the house promises: acknowledge, confirm, hold, refute, release, advise, identify.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdAtMost } from '#core/incident/decide.ts';
import { controllerId, personId } from '#core/kernel/ids.ts';
import { type Duration, hours, minus, minutes, plus } from '#core/kernel/time.ts';
import { type Harness, lineOf, openHarness, startedAt, sysop } from '../flow/harness.ts';
import {
  type Told,
  call,
  confirmedNotice,
  consultation,
  contacts,
  decideNow,
  everyConfirmedNotice,
  informs,
  narrowReminder,
  releaseReminder,
  suspectedNotice,
  suspicion,
  ticket,
} from '../flow/lines.ts';
import { exfiltration, stuffing } from '../flow/raw-events.ts';

let h: Harness;
const begin = async (events = [exfiltration()]): Promise<void> => {
  h = await openHarness();
  await h.play(events);
};
beforeEach(() => begin());
afterEach(() => h.close());

const notices = (lines: readonly string[]): readonly string[] => lines.filter((line) => line.includes('Noti'));
const taken = (): readonly string[] => h.takeMessages().map(lineOf);
const at = (given: string) => (line: string) => `${given} ${line}`;

describe('an acknowledgement', () => {
  it('stops the calls and nothing else', async () => {
    h.expectMessages(suspicion);
    await h.acknowledge();
    expect((await h.duties('call')).map((duty) => [duty.state, duty.reason])).toEqual([['DONE', 'acknowledged']]);
    await h.fastForward('2h');
    h.expectTimeline([at('+1:00')(narrowReminder('lead')), ...[...decideNow('lead'), ...decideNow('management')].map(at('+2:00'))]);
  });

  it('at one second leaves the other three informs delivered', async () => {
    h.takeMessages();
    h.close();
    h = await openHarness();
    let slow = true;
    // Slack takes nothing in the first second.
    h.weather((message) => (slow && message.channel === 'slack' ? 'again' : undefined));
    await h.play([exfiltration()]);
    await h.acknowledge();
    slow = false;
    await h.fastForward('1m');
    expect((await h.duties('inform')).map((duty) => [duty.state, duty.reason])).toEqual(
      Array.from({ length: 4 }, () => ['DONE', 'delivered']),
    );
    const people = new Set(
      h
        .takeMessages()
        .filter((m) => m.subject.includes('For your information'))
        .map((m) => m.to.split(/[ .]/)[0]?.toLowerCase()),
    );
    expect(people).toEqual(new Set(['tomke', 'jonas', 'selin', 'greta']));
  });

  it('of a second person is refused, and the first stays', async () => {
    await h.acknowledge();
    expect(await h.acknowledge()).toMatchObject({ ok: false, error: { kind: 'already' } });
    h.expectMessages(suspicion);
  });

  it('repeats no page that was sent already', async () => {
    await h.fastForward('3h');
    h.takeMessages();
    await h.acknowledge();
    h.expectMessages([]);
  });
});

describe('a confirmation that also releases', () => {
  it('sends one notice under Art. 33(2) to each controller, at once', async () => {
    h.expectMessages(suspicion);
    await h.fastForward('10m');
    await h.confirm();
    h.expectMessages(everyConfirmedNotice);
  });

  it('names in each notice that controller alone', async () => {
    await h.confirm();
    const told = h.takeMessages().filter((m) => m.subject.includes('Art. 33(2)'));
    const names = { 'museum-shop': 'Museumsladen', 'clinic-portal': 'Klinikportal', 'travel-club': 'Travel Club' };
    for (const [id, address] of Object.entries(contacts)) {
      const own = told.filter((m) => m.to === address);
      expect(own).toHaveLength(1);
      for (const [other, name] of Object.entries(names)) expect(own[0]?.text.includes(name)).toBe(other === id);
      for (const other of Object.keys(contacts)) expect(own[0]?.text.includes(other)).toBe(other === id);
    }
  });

  it('writes German below the binding English for a German-speaking controller only', async () => {
    await h.confirm();
    const german = h.takeMessages().filter((m) => m.text.includes('Übersetzung aus Gefälligkeit'));
    expect(german.map((m) => m.to)).toEqual([contacts['museum-shop']]);
  });

  it('asks for a reason when the time of awareness lies after the first human view', async () => {
    await h.acknowledge();
    await h.fastForward('20m');
    expect(await h.confirm()).toMatchObject({ ok: false, error: { field: 'reason' } });
    expect(await h.confirm({ reason: 'the log came only then' })).toMatchObject({ ok: true });
    expect((await h.incident()).aware?.at).toBe(h.clock.now());
    h.takeMessages();
  });

  it('takes an earlier time of awareness, and all clocks run from it', async () => {
    await h.fastForward('1h');
    await h.confirm({ since: plus(startedAt, minutes(5)), release: false });
    h.takeMessages();
    const [release] = (await h.duties('release')).filter((duty) => duty.step === 'confirmed');
    expect(release?.deadlineAt).toBe(plus(startedAt, minutes(245)));
    await h.fastForward('186m');
    expect(notices(taken()).toSorted()).toEqual([...everyConfirmedNotice].toSorted());
  });

  it('ends the calls to decide', async () => {
    await h.fastForward('2h');
    await h.confirm();
    h.takeMessages();
    await h.acknowledge();
    await h.fastForward('6h');
    expect(taken().filter((line) => line.includes('nobody has decided'))).toEqual([]);
  });

  it('sends the others still at their hour when everybody is silent', async () => {
    await h.acknowledge();
    await h.confirm({ release: false });
    await h.confirmScope();
    expect(
      h
        .takeMessages()
        .map(lineOf)
        .filter((line) => line.includes('Notification')),
    ).toEqual([]);
    await h.fastForward('239m');
    expect(notices(taken())).toEqual([]);
    await h.fastForward('1m');
    h.expectMessages(everyConfirmedNotice);
  });
});

describe('a hold', () => {
  const held = (person: string, more: Partial<{ reason: string; until: Duration }> = {}) =>
    h.act((_incident, now) => ({
      type: 'Hold',
      at: now,
      by: personId(person),
      reason: more.reason ?? 'written order of a court, reference 12',
      until: plus(now, more.until ?? hours(2)),
      atMost: holdAtMost,
      term: plus(startedAt, hours(24)),
    }));

  beforeEach(async () => {
    await h.acknowledge();
    await h.confirm({ release: false });
    await h.confirmScope();
    await h.fastForward('3h');
    h.takeMessages();
  });

  it('keeps the notices back until its end, then they go', async () => {
    expect(await held('malik-brandt')).toMatchObject({ ok: true });
    await h.fastForward('119m');
    h.expectMessages([]);
    await h.fastForward('1m');
    h.expectMessages(everyConfirmedNotice);
  });

  it('is renewed by a different person only', async () => {
    await held('malik-brandt');
    await h.fastForward('1h');
    expect(await held('malik-brandt')).toMatchObject({ ok: false, error: { field: 'by' } });
    expect(await held('greta-vogt')).toMatchObject({ ok: true });
    await h.fastForward('119m');
    h.expectMessages([]);
    await h.fastForward('1m');
    h.expectMessages(everyConfirmedNotice);
  });

  it('of more than two hours, or without a reason, is refused', async () => {
    expect(await held('malik-brandt', { until: hours(3) })).toMatchObject({ ok: false, error: { field: 'until' } });
    expect(await held('malik-brandt', { reason: '  ' })).toMatchObject({ ok: false, error: { field: 'reason' } });
    await h.fastForward('1h');
    h.expectMessages(everyConfirmedNotice);
  });
});

describe('a refutation', () => {
  it('ends every clock, call and question', async () => {
    h.expectMessages(suspicion);
    await h.fastForward('5m');
    await h.refute();
    await h.fastForward('30h');
    h.expectMessages([]);
    const open = (await h.duties()).filter((duty) => !['DONE', 'CANCELLED', 'EXPIRED'].includes(duty.state));
    expect(open.map((duty) => duty.kind)).toEqual([]);
  });

  it('needs evidence, not a click', async () => {
    expect(await h.act((_incident, now) => ({ type: 'Refute', at: now, actor: sysop, evidence: 'seems fine' }))).toMatchObject({
      ok: false,
      error: { field: 'evidence' },
    });
    h.expectMessages(suspicion);
  });

  it('after a suspicion was sent out asks a person to decide on its withdrawal', async () => {
    await h.release();
    h.takeMessages();
    await h.refute();
    expect(taken().filter((line) => line.includes('withdrawal'))).toHaveLength(2);
  });

  it('makes a new sign a new case', async () => {
    await h.refute();
    h.takeMessages();
    await h.play([exfiltration('muster-message-archive', 77)]);
    expect((await h.incidents()).map((incident) => incident.state).toSorted()).toEqual(['refuted', 'suspected']);
    h.takeMessages();
  });
});

describe('a release of the suspicion', () => {
  it('tells each controller of a suspected breach, and a confirmation afterwards is a notice of its own', async () => {
    h.expectMessages(suspicion);
    await h.release();
    h.expectMessages((Object.keys(contacts) as Told[]).map(suspectedNotice));
    await h.confirm();
    h.expectMessages(everyConfirmedNotice);
  });

  it('happens once, however often it is asked for', async () => {
    await h.release();
    expect(await h.release()).toMatchObject({ ok: false, error: { kind: 'already' } });
    expect(notices(taken())).toHaveLength(3);
  });
});

describe('advice of the data protection officer', () => {
  it('ends the consultation and delays nothing', async () => {
    await h.act((_incident, now) => ({ type: 'Advise', at: now, text: 'Inform all three.' }));
    expect((await h.duties('consult'))[0]).toMatchObject({ state: 'DONE', reason: 'advice given' });
    h.expectMessages(suspicion);
    await h.fastForward('15m');
    h.expectTimeline(call('architect').map(at('+0:15')));
  });
});

describe('data that belongs to nobody in the directory', () => {
  beforeEach(async () => {
    h.takeMessages();
    h.close();
    await begin([...stuffing('org_nobody')]);
  });
  const identifyPage = (who: 'Malik Brandt' | 'Greta Vogt') =>
    `slack ${who}: Identify the controller: affected data belongs to nobody in the directory`;

  it('asks to identify the controller within the hour and drafts nothing to anybody', async () => {
    const [identify] = await h.duties('identify-controller');
    expect(identify).toMatchObject({ recipient: 'incident-lead', deadlineAt: plus(startedAt, hours(1)) });
    expect(await h.incident()).toMatchObject({ controllers: [], unidentified: true, outcome: 'suspected-breach' });
    h.expectMessages([ticket, ...informs, ...call('sysop'), releaseReminder, consultation, identifyPage('Malik Brandt')]);
  });

  it('asks management too when the hour is over, and not before', async () => {
    h.takeMessages();
    await h.acknowledge();
    await h.fastForward('59m');
    h.expectMessages([]);
    await h.fastForward('1m');
    h.expectMessages([identifyPage('Malik Brandt'), identifyPage('Greta Vogt')]);
    await h.fastForward('59m');
    h.expectMessages([]);
  });

  it('tells nobody on a guess, not even at the hard limit', async () => {
    await h.acknowledge();
    await h.fastForward('30h');
    expect(notices(taken())).toEqual([]);
  });

  it('gives the controller that was identified a clock and a notice of its own', async () => {
    await h.acknowledge();
    await h.fastForward('70h');
    h.takeMessages();
    await h.act((_incident, now) => ({
      type: 'Identify',
      at: now,
      actor: sysop,
      controllers: [controllerId('clinic-portal')],
      reason: 'the tenant is theirs',
    }));
    expect((await h.duties('identify-controller'))[0]).toMatchObject({ state: 'DONE', reason: 'identified' });
    await h.fastForward('23h');
    expect(notices(taken())).toEqual([]);
    await h.fastForward('1h');
    expect(notices(taken())).toEqual([suspectedNotice('clinic-portal')]);
    expect(minus(h.clock.now(), hours(94))).toBe(startedAt);
  });

  it('leaves those out that were never affected', async () => {
    await h.act((_incident, now) => ({
      type: 'Identify',
      at: now,
      actor: sysop,
      controllers: [controllerId('travel-club')],
      reason: 'the tenant is theirs',
    }));
    h.takeMessages();
    await h.confirm();
    expect(notices(taken())).toEqual([confirmedNotice('travel-club')]);
  });
});
