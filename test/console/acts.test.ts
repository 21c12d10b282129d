// Decides whether each act of the console does one thing, under the name of a person whose role allows it.
import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reference } from '#core/kernel/ids.ts';
import { codeFor } from '#flow/code.ts';
import { lineOf } from '../flow/harness.ts';
import { everyConfirmedNotice } from '../flow/lines.ts';
import { exfiltration, stuffing } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let id = '';
beforeEach(async () => {
  c = await openConsole();
  await c.h.play([exfiltration()]);
  id = (await c.h.incident()).id;
  c.h.takeMessages();
});
afterEach(() => c.close());

const act = async (name: string, fields: Readonly<Record<string, string>> = {}): Promise<number> => {
  const { status } = await c.post(`/incidents/${id}/${name}`, fields);
  await c.h.work();
  return status;
};
const actors = async (type: string): Promise<readonly unknown[]> =>
  (await c.h.entries()).filter((entry) => entry.type === type).map((entry) => entry.actor);

describe('the SysOp', () => {
  beforeEach(() => c.as('tomke-harms'));

  it('takes an incident, under his name', async () => {
    expect(await act('acknowledge')).toBe(303);
    expect(JSON.stringify(await actors('IncidentAcknowledged'))).toContain('tomke-harms');
  });

  it('decides nothing: confirm, refute, release and hold are refused and change nothing', async () => {
    const before = await c.h.incident();
    for (const name of ['confirm', 'refute', 'release', 'hold'])
      expect(await act(name, { how: 'x', evidence: 'a sentence that is long enough', reason: 'x', hours: '1' }), name).toBe(409);
    expect(await c.h.incident()).toEqual(before);
    c.h.expectMessages([]);
  });

  it('is told why', async () => {
    expect(await (await c.post(`/incidents/${id}/release`)).text()).toContain(
      'Only the incident lead or management may do this; you act as sysop.',
    );
  });
});

for (const person of ['malik-brandt', 'greta-vogt']) {
  describe(`${person}, who may decide`, () => {
    beforeEach(() => c.as(person));

    it('confirms with since and how, and one notice goes to each controller', async () => {
      expect(await act('confirm', { since: '2026-11-25T08:30', how: 'seen in the access log' })).toBe(303);
      c.h.expectMessages(everyConfirmedNotice);
      expect((await c.h.incident()).aware?.at).toBe(Date.UTC(2026, 10, 25, 8, 30));
    });

    it('is asked again for how, for a time that is not yet, and for a reason of a late time', async () => {
      expect(await act('confirm', { since: '2026-11-25T08:30', how: ' ' })).toBe(409);
      expect(await act('confirm', { since: '2026-11-26T08:30', how: 'seen' })).toBe(409);
      expect(await act('confirm', { since: 'last night', how: 'seen' })).toBe(409);
      await c.h.acknowledge();
      await c.h.fastForward('10m');
      expect(await act('confirm', { since: '2026-11-25T09:05', how: 'seen' })).toBe(409);
      expect(await act('confirm', { since: '2026-11-25T09:05', how: 'seen', reason: 'the log came then' })).toBe(303);
      c.h.takeMessages();
    });

    it('releases the suspicion, once', async () => {
      expect(await act('release')).toBe(303);
      expect(c.h.takeMessages().map((m) => m.subject.startsWith('Notice of a suspected breach'))).toEqual([true, true, true]);
      expect(await act('release')).toBe(409);
      c.h.expectMessages([]);
    });

    it('refutes with evidence only', async () => {
      expect(await act('refute', { evidence: 'no' })).toBe(409);
      expect(await act('refute', { evidence: 'The access log of that hour is whole and shows our own export.' })).toBe(303);
      expect((await c.h.incident()).state).toBe('refuted');
    });

    it('holds only what is confirmed, and two hours at most', async () => {
      expect(await act('hold', { reason: 'court order', hours: '1' })).toBe(409);
      c.h.configure((configuration) => ({ ...configuration, policy: { ...configuration.policy, release: 'separate' } }));
      await act('confirm', { since: '2026-11-25T09:00', how: 'seen' });
      expect(await act('hold', { reason: 'court order', hours: '3' })).toBe(409);
      expect(await act('hold', { reason: 'court order', hours: 'many' })).toBe(409);
      expect(await act('hold', { reason: 'court order', hours: '-1' })).toBe(409);
      expect(await act('hold', { reason: 'court order', hours: '2' })).toBe(303);
      c.h.takeMessages();
    });
  });
}

describe('with `release: separate`', () => {
  it('a confirmation sends nothing before its own act of release', async () => {
    c.as('malik-brandt');
    c.h.configure((configuration) => ({ ...configuration, policy: { ...configuration.policy, release: 'separate' } }));
    await act('confirm', { since: '2026-11-25T09:00', how: 'seen' });
    expect(c.h.takeMessages().filter((m) => m.subject.startsWith('Noti'))).toEqual([]);
    await act('release');
    c.h.expectMessages(everyConfirmedNotice);
  });
});

describe('an act that is none', () => {
  beforeEach(() => c.as('malik-brandt'));

  it('is refused, on an incident or beside one', async () => {
    expect(await act('explode')).toBe(409);
    for (const name of ['constructor', 'toString'])
      expect(await act(name, { how: 'x', duty: (await c.h.duties('call'))[0]?.id ?? '' }), name).toBe(409);
    expect((await c.h.duties('call')).map((duty) => duty.state)).toEqual(['SENT']);
    expect((await c.post('/incidents/inc-none/release')).status).toBe(404);
  });

  it('identifies no controller that is not in the directory', async () => {
    expect(await act('identify', { controller: 'nobody', reason: 'x' })).toBe(409);
    expect(await act('arrived', { duty: 'duty-none', how: 'spoke to them' })).toBe(409);
  });
});

describe('a notice that arrived', () => {
  it('is done by a named person’s word, with how he knows', async () => {
    c.as('malik-brandt');
    await act('confirm', { since: '2026-11-25T09:00', how: 'seen' });
    c.h.takeMessages();
    const [notice] = await c.h.duties('notice');
    expect(await act('arrived', { duty: notice?.id ?? '', how: ' ' })).toBe(409);
    expect(await act('arrived', { duty: notice?.id ?? '', how: 'spoke to the desk' })).toBe(303);
    expect((await c.h.duties('notice')).filter((duty) => duty.state === 'DONE')).toHaveLength(1);
  });
});

describe('the officer’s code', () => {
  const typed = async (fields: Readonly<Record<string, string>>) => {
    const answer = await c.ask('/act', { method: 'POST', body: new URLSearchParams(fields) }, { cookie: '' });
    return { status: answer.status, text: await answer.text() };
  };
  const right = async () => {
    const incident = await c.h.incident();
    return { reference: reference(incident.id), code: codeFor(c.h.world, incident.id, 'dpo') };
  };

  it('stands in his mail, opens the incident and records his advice', async () => {
    const { reference: ref, code } = await right();
    expect(c.h.sinks.sent.filter((m) => m.to === 'dpo@muster.example' && m.text.includes(code))).toHaveLength(1);
    expect((await typed({ reference: ref, code })).status).toBe(200);
    expect(
      await typed({ reference: ref.toLowerCase(), code: code.toLowerCase().replaceAll('-', ' '), advice: 'Inform all three.' }),
    ).toMatchObject({ status: 200 });
    await c.h.work();
    expect((await c.h.incident()).advice.map((advice) => advice.text)).toEqual(['Inform all three.']);
    expect((await c.h.duties('consult'))[0]?.state).toBe('DONE');
  });

  it('wrong: the same answer for a wrong code and a wrong reference, counted, and nothing recorded', async () => {
    const { reference: ref, code } = await right();
    const wrongCode = await typed({ reference: ref, code: 'AAAA-BBBB-CCCC', advice: 'x' });
    const wrongReference = await typed({ reference: 'ART33-AAAAAAAA', code, advice: 'x' });
    const nothing = await typed({});
    expect(wrongCode.status).toBe(403);
    expect([wrongReference, nothing]).toEqual([wrongCode, wrongCode]);
    expect(c.counted.get('act: wrong reference or code')).toBe(3);
    expect((await c.h.incident()).advice).toEqual([]);
  });

  it('opens no other incident', async () => {
    const { code } = await right();
    await c.h.play([...stuffing('org_museum_shop')]);
    const others = (await c.h.incidents()).filter((incident) => incident.id !== id).map((incident) => reference(incident.id));
    expect(others).toHaveLength(1);
    for (const other of others) expect((await typed({ reference: other, code })).status).toBe(403);
  });

  it('stands in no page of the console, log line or register', async () => {
    const { code } = await right();
    c.as('malik-brandt');
    expect(await c.get(`/incidents/${id}`)).not.toContain(code);
    expect(c.h.logged.join('') + JSON.stringify(await c.h.entries())).not.toContain(code);
  });
});

describe('hostile text', () => {
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;
  const escaped = (page: string): void => {
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
  };

  it('in advice, reasons and names is shown as text', async () => {
    const incident = await c.h.incident();
    const fields = { reference: reference(incident.id), code: codeFor(c.h.world, incident.id, 'dpo'), advice: hostile };
    escaped(await (await c.ask('/act', { method: 'POST', body: new URLSearchParams(fields) }, { cookie: '' })).text());
    c.as('malik-brandt');
    await act('confirm', { since: '2026-11-25T09:00', how: hostile, reason: hostile });
    escaped(await c.get(`/incidents/${id}`));
    for (const page of ['/', '/due', '/register', '/outbox']) escaped(await c.get(page));
    expect(await c.get(`/incidents/${id}`)).toContain('&lt;script&gt;');
  });

  it('in a code or reference typed in is shown as text', async () => {
    escaped(
      await (
        await c.ask('/act', { method: 'POST', body: new URLSearchParams({ reference: hostile, code: hostile }) }, { cookie: '' })
      ).text(),
    );
  });

  it('in a raw event reaches no page at all', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify({ log_id: hostile, data: { type: hostile, date: hostile, ip: hostile } }));
    await c.h.play([{ source: 'auth0', bytes }]);
    c.as('malik-brandt');
    escaped(await c.get('/signals'));
    expect(await c.get('/signals')).not.toContain('alert(1)');
  });
});

describe('what the console is made of', () => {
  it('never bypasses the escaping of its templates', () => {
    const folder = new URL('../../console/', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    for (const name of files) expect(readFileSync(new URL(name, folder), 'utf8'), name).not.toMatch(/\braw\((?!'[^']*'\))/);
  });
});

it('shows the same messages as the outbox', async () => {
  c.as('malik-brandt');
  const page = await c.get('/outbox');
  for (const message of c.h.sinks.sent) expect(page).toContain(message.to);
  expect(c.h.sinks.sent.map(lineOf).length).toBe(9);
});
