// Decides whether a report is taken down in two minutes, looked at by people of the house alone, and shown as the text it is.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instantOf } from '#core/kernel/time.ts';
import { PortError } from '#flow/ports.ts';
import { eventsDir, exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
beforeEach(async () => {
  c = await openConsole();
  c.as('selin-aydin');
});
afterEach(() => c.close());

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
const filled = {
  report: 'controller',
  text: 'Our users see foreign messages.',
  caller: 'K. Beispiel',
  callback: '+49 30 23125 300',
  controller: 'clinic-portal',
};
const take = async (fields: Readonly<Record<string, string>>) => {
  const answer = await c.post('/report', fields);
  await c.h.work();
  return { status: answer.status, text: await answer.text() };
};

describe('the form', () => {
  it('makes a triage, under the name of whoever filled it in', async () => {
    expect(await c.get('/')).toContain('href="/report"');
    expect(await c.get('/report')).toContain('Klinikportal');
    expect(await take(filled)).toMatchObject({ status: 200, text: expect.stringContaining('Taken down') });
    expect((await c.h.duties('review')).map(({ step }) => step).toSorted()).toEqual(['assess', 'triage']);
    expect((await c.h.incident()).controllers).toEqual(['clinic-portal']);
    const page = await c.get(`/incidents/${(await c.h.incident()).id}/reported`);
    for (const said of ['foreign messages', 'K. Beispiel', '+49 30 23125 300', 'selin-aydin']) expect(page).toContain(said);
  });

  it.each([
    [{ ...filled, report: '' }, 'Say who tells it'],
    [{ ...filled, report: 'constructor' }, 'Say who tells it'],
    [{ ...filled, text: '  ' }, 'Write down what happened'],
    [{ ...filled, text: 'a'.repeat(20_001) }, 'at most 20000'],
  ])('refuses what is no report, and stores nothing', async (fields, said) => {
    expect(await take(fields)).toMatchObject({ status: 409, text: expect.stringContaining(said) });
    expect(await c.h.world.ledger.intake()).toEqual([]);
  });

  it('is not there where the console can keep nothing', async () => {
    c.close();
    c = await openConsole({ reports: false });
    c.as('selin-aydin');
    expect((await c.ask('/report')).status).toBe(404);
    expect(await c.get('/')).not.toContain('href="/report"');
  });
});

describe('what was reported', () => {
  const reported = async () => c.get(`/incidents/${(await c.h.incident()).id}/reported`);

  it('is shown as text, and each look is registered, with who looked', async () => {
    await take({ ...filled, text: hostile, caller: hostile });
    const page = await reported();
    expect(page).not.toContain('<script>alert');
    expect(page).not.toContain('<img src=x');
    expect(page).toContain('&lt;script&gt;');
    await reported();
    const looks = await c.h.world.ledger.entriesOf('source:controller-report');
    const [signal] = (await c.h.incident()).signals;
    expect(looks.map(({ seq, type, actor }) => [seq, type, actor])).toEqual(
      [1, 2].map((seq) => [seq, 'RawEventViewed', 'person:head-of-product:selin-aydin']),
    );
    expect(looks[0]?.data).toMatchObject({ incident: (await c.h.incident()).id, signals: [signal?.id] });
    expect(JSON.stringify(looks)).not.toContain('alert');
    expect(c.h.logged.filter((line) => line.includes('report-read'))).toHaveLength(2);
    expect(c.h.logged.join('')).not.toContain('alert(1)');
  });

  it('is not shown where the look can’t be registered', async () => {
    await take(filled);
    const { id } = await c.h.incident();
    Object.assign(c.h.world.ledger, { commit: () => Promise.reject(new PortError('ledger', 'again', 'down')) });
    const answer = await c.ask(`/incidents/${id}/reported`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('foreign messages');
  });

  it('of a sub-processor names the number on file, and whether anybody vouches for the sender', async () => {
    const mail = (file: string) => ({ source: 'subprocessor-mail', bytes: readFileSync(`${eventsDir}/subprocessor-mail/${file}`) });
    await c.h.play([mail('forged-dkim-fails.eml')]);
    expect(await reported()).toMatch(/no: call the number on file.*\+49 30 23125 202/s);
    expect(await c.get(`/incidents/${(await c.h.incident()).id}`)).toContain('Read what was reported');
    await c.h.refute();
  });

  it('on Friday night and read on Monday says since when it was known, and that it lay unread', async () => {
    c.close();
    c = await openConsole({ startAt: instantOf(Date.UTC(2026, 2, 16, 8)) });
    c.as('malik-brandt');
    await c.h.play([{ source: 'subprocessor-mail', bytes: readFileSync(`${eventsDir}/subprocessor-mail/breach-verified.eml`) }]);
    const page = await c.get(`/incidents/${(await c.h.incident()).id}`);
    expect(page).toContain('lay unread for 2 d 9 h');
    // The form offers that hour for the awareness.
    expect(page).toContain('value="2026-03-13T22:00"');
    c.h.takeMessages();
  });

  it('is nothing where a machine saw it', async () => {
    await c.h.play([exfiltration()]);
    const { id } = await c.h.incident();
    expect((await c.ask(`/incidents/${id}/reported`)).status).toBe(404);
    expect((await c.ask('/incidents/inc-none/reported')).status).toBe(404);
    expect(await c.get(`/incidents/${id}`)).not.toContain('Read what was reported');
  });
});

it('keeps the duties of a sub-processor in the list of what a person does', async () => {
  await c.h.play([{ source: 'subprocessor-mail', bytes: readFileSync(`${eventsDir}/subprocessor-mail/forged-dkim-fails.eml`) }]);
  const { id } = await c.h.incident();
  const page = await c.get(`/incidents/${id}`);
  for (const words of ['calling the sub-processor', 'informing the sub-processor', 'level of protection']) expect(page).toContain(words);
  const [phone] = await c.h.duties('phone');
  expect((await c.post(`/incidents/${id}/done`, { duty: phone?.id ?? '', how: 'their desk knows nothing of it' })).status).toBe(303);
  expect((await c.h.duties('phone')).map(({ state }) => state)).toEqual(['DONE']);
});
