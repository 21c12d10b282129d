// Decides what the page of an incident shows first, in which order, and what it keeps one step away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engine } from '#core/detection/engine.ts';
import { severitySection } from '#console/pages/severity.ts';
import { type Known, scored, severityOf } from '#core/detection/severity.ts';
import { exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let path = '';

beforeAll(async () => {
  c = await openConsole();
  c.as('malik-brandt');
  await c.h.play([exfiltration()]);
  path = `/incidents/${(await c.h.incident()).id}`;
});
afterAll(() => c.close());

const bare: Known = {
  nature: { confidentiality: 'none', integrity: 'none', availability: 'none' },
  dataClasses: ['message-content'],
  unintelligible: false,
  malicious: false,
};

/** What stands open on the page without a click. */
const open = (page: string): string => page.replaceAll(/<details>.*?<\/details>/gs, '');

describe('the page of an incident', () => {
  it('keeps a notice to controllers one step away from a slip', async () => {
    const page = await c.get(path);
    expect(page).toContain(`action="${path}/release"`);
    expect(open(page)).toContain(`action="${path}/acknowledge"`);
    for (const act of ['release', 'confirm', 'refute']) expect(open(page), act).not.toContain(`action="${path}/${act}"`);
  });

  it('tells what was decided before what follows from it', async () => {
    await c.post(`${path}/confirm`, { since: '2026-03-14T02:00', how: 'seen in the logs' });
    const page = await c.get(path);
    const timeline = page.slice(page.indexOf('class="timeline"'));
    expect(timeline.indexOf('Incident opened')).toBeLessThan(timeline.indexOf('inform to'));
    expect(timeline.indexOf('Breach confirmed')).toBeGreaterThan(0);
    expect(timeline.indexOf('Breach confirmed')).toBeLessThan(timeline.indexOf('notice to'));
  });
});

describe('what was found', () => {
  it('says upon how many signals it rests and by which rules it was decided', async () => {
    const { hash } = c.h.world.directory.current().rules;
    expect((await c.h.incident()).findings[0]?.decidedBy).toEqual([{ ruleset: hash, engine }]);
    expect(await c.get(path)).toContain(`rests on 1 signal(s), decided by rules <code title="${hash}">${hash.slice(0, 12)}</code>`);
  });
});

describe('the severity of an incident', () => {
  it('stands on its page part by part with its reasons, and says what it is for', async () => {
    const page = await c.get(path);
    const section = page.slice(page.indexOf('<h2>Severity</h2>'), page.indexOf('<h2>Why</h2>'));
    for (const said of ['SE 5: very high', '4 × 1 + 1', 'dpcFloor 4', 'Only for waking people here']) expect(section).toContain(said);
    expect(section.match(/<tr>/g)).toHaveLength(7);
    expect(section).not.toContain('Borderline');
    expect(page).toContain('Severity scored, for waking people only');
  });

  it('says what is marked, and by which level people are called', () => {
    const many = scored(severityOf(bare).scores, { people: 101, unintelligible: true });
    const text = String(severitySection(many));
    for (const said of ['SE 2: medium', 'calls as high', 'Borderline', 'More than 100 people', 'Nobody outside can read it'])
      expect(text).toContain(said);
    expect(String(severitySection(severityOf({ ...bare, dataClasses: ['special-category'] })))).not.toContain('calls as');
  });

  it('is said to be none where no personal data is hurt', () => {
    expect(String(severitySection(undefined))).toContain('Not scored');
  });
});

describe('the look for news', () => {
  it('is only on pages that can be fetched again', async () => {
    expect(await c.get(path)).toContain('/live.js');
    expect(await c.get('/act')).not.toContain('/live.js');
  });
});

describe('the page that a code opens', () => {
  it('offers no way into the house', async () => {
    expect(await c.get(path)).toContain('aria-label="Main"');
    expect(await c.get('/act')).not.toContain('aria-label="Main"');
  });
});
