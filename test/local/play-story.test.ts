// Decides whether a story is played as issue 7 says: an empty world of its own, nobody answers, and one line at the end.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stderrLog } from '#local/log.ts';
import { accountOf } from '#local/play-account.ts';
import { playStory } from '#local/play-run.ts';
import { readStory } from '#local/play-story.ts';
import { hours, rfc3339 } from '#core/kernel/time.ts';
import type { InForce } from '#local/node.ts';
import { command } from '../bin/in-process.ts';
import { example } from '../flow/harness.ts';
import { exfiltration, graveFinding, stuffing } from '../flow/raw-events.ts';
import type { Played } from '#local/play.ts';
import { cleanUp, cli, freshFolder } from './process.ts';

afterAll(cleanUp);

const jsonOf = ({ bytes }: Played): unknown => JSON.parse(new TextDecoder().decode(bytes));
type Event = { readonly at: string; readonly source: string; readonly raw: unknown };
const found = (at: string, played: Played): Event => ({ at, source: played.source, raw: jsonOf(played) });

const play = async (events: readonly Event[], inForce: InForce = example, audited?: false) => {
  const story = readStory(JSON.stringify({ name: 'a story', events }), 'story.json', example.sources);
  if (!story.ok) throw new Error(story.error);
  return {
    story: story.value,
    ...(await playStory({ ...story.value, ...(audited === false && { audited }) }, inForce, stderrLog('silent'))),
  };
};
const ending = async (events: readonly Event[]) => (await play(events)).ending;

const leak = found('2026-03-14T04:00:00Z', exfiltration());
const logins = stuffing('org_museum_shop').map((one) => jsonOf(one));

describe('a story that is played', () => {
  it('comes to nothing when nothing happens', async () => {
    expect(await ending([])).toEqual({ outcome: 'none', incidents: 0, pages: 0 });
  });

  it('ends with the highest outcome, its cases, and one call for each, however long nobody answers', async () => {
    const wave: Event = { at: '2026-03-14T05:00:00Z', source: 'auth0', raw: logins };
    expect(await ending([leak])).toEqual({ outcome: 'suspected-breach', incidents: 1, pages: 1 });
    expect(await ending([leak, wave])).toEqual({ outcome: 'suspected-breach', incidents: 2, pages: 2 });
  });

  it('takes an array as one delivery, and events in the order of their arrival', async () => {
    const wave: Event = { at: '2026-03-14T05:00:00Z', source: 'auth0', raw: logins };
    const { taken } = await play([wave, leak]);
    expect(taken.map(({ arrival, receipts }) => [rfc3339(arrival.at), receipts.length])).toEqual([
      ['2026-03-14T04:00:00Z', 1],
      ['2026-03-14T05:00:00Z', logins.length],
    ]);
  });

  it('leaves an assessment an assessment, though nobody answers it in time', async () => {
    const told = await play([found('2026-03-14T04:00:00Z', graveFinding())]);
    expect(told.incidents.map(({ state, outcome }) => [state, outcome])).toEqual([['suspected', 'suspected-breach']]);
    expect(told.ending).toEqual({ outcome: 'breach-assessment', incidents: 1, pages: 1 });
  });

  it('plays on for a day after the last event, and no longer', async () => {
    const told = await play([leak]);
    const hours = told.left.map(({ at }) => (at - Date.parse(leak.at)) / 3_600_000);
    expect(Math.max(...hours)).toBe(24);
    expect(told.left.filter(({ subject }) => subject.startsWith('Notice'))).toHaveLength(2);
  });

  it('counts a case that calls nobody', async () => {
    const failures = logins.slice(0, 12);
    expect(await ending([{ at: '2026-03-14T05:00:00Z', source: 'auth0', raw: failures }])).toEqual({
      outcome: 'security-incident',
      incidents: 1,
      pages: 0,
    });
  });

  it('takes whatever arrived for what arrived: a number, a null', async () => {
    const odd = [7, null, true].map((raw) => ({ at: '2026-03-14T03:00:00Z', source: 'guardduty', raw }));
    expect((await play([...odd, leak])).ending.outcome).toBe('suspected-breach');
  });

  it('quarantines what it can’t read, and goes on', async () => {
    const { taken, ending: end } = await play([{ at: '2026-03-14T03:00:00Z', source: 'guardduty', raw: 'not a finding' }, leak]);
    expect(taken[0]?.receipts).toMatchObject([{ disposition: 'quarantined' }]);
    expect(end.incidents).toBe(1);
  });

  it('gives the same end played twice at once', async () => {
    const [a, b] = await Promise.all([play([leak]), play([leak])]);
    expect(a.left).toEqual(b.left);
    expect(a.ending).toEqual({ outcome: 'suspected-breach', incidents: 1, pages: 1 });
  });

  it('tells people when, what, who was called and why', async () => {
    const told = await play([leak]);
    const account = accountOf(told.story, told, rfc3339).join('\n');
    expect(account).toMatch(/^a story\n2026-03-14T04:00:00Z {2}guardduty: 1 attached to ART33-\w{8}\n/);
    expect(account).toMatch(/why: guardduty_s3_exfil_content \(critical\), confidentiality likely/);
    expect(account).toMatch(/CALLED Tomke Harms by slack, tomke\.harms@muster\.example by mail/);
    expect(account.match(/CALLED/g)).toHaveLength(1);
    expect(account).toMatch(/Outcome suspected-breach; 1 case\(s\); somebody newly called 1 time\(s\)\.$/);
  });
});

describe('a story that is malformed', () => {
  const wrongs: readonly (readonly [string, unknown, string])[] = [
    ['no JSON', '{', 'story.json: expected a JSON object'],
    ['a list', [], 'story.json: expected a JSON object'],
    ['no name', { events: [] }, 'story.json: name: expected a text'],
    ['no events', { name: 'x' }, 'story.json: events: expected an array'],
    ['an event that is none', { name: 'x', events: ['y'] }, 'story.json: events[0]: expected an object'],
    ['no hour', { name: 'x', events: [{ ...leak, at: 4 }] }, 'story.json: events[0].at: expected an RFC 3339'],
    ['an hour without offset', { name: 'x', events: [leak, { ...leak, at: '2026-03-14T04:00:00' }] }, 'events[1].at: expected an RFC 3339'],
    ['a source nobody has', { name: 'x', events: [{ ...leak, source: 'gossip' }] }, 'events[0].source: expected one of fail2ban'],
    ['nothing raw', { name: 'x', events: [{ at: leak.at, source: 'sshd' }] }, 'events[0].raw: expected a text'],
  ];
  it.each(wrongs)('with %s is refused with its place', (_what, story, expected) => {
    const read = readStory(typeof story === 'string' ? story : JSON.stringify(story), 'story.json', example.sources);
    expect(read.ok ? '' : read.error).toContain(expected);
  });
});

describe('what comes round while a story is played', () => {
  const hourly: InForce = {
    ...example,
    configuration: {
      ...example.configuration,
      sources: new Map([['guardduty', { zone: 'UTC', firstConnection: 'live', owner: 'sysop', expectEvery: hours(1), allow: [] }]]),
    },
  };

  it('is the audit: the owner of a source that falls silent hears of it, which is nobody newly called', async () => {
    const told = await play([leak], hourly);
    const silent = told.left.filter(({ subject }) => subject.includes('guardduty'));
    expect(silent.map(({ at }) => (at - Date.parse(leak.at)) / 60_000)[0]).toBe(75);
    expect(told.ending).toEqual((await play([leak])).ending);
  });

  it('is the tick too, and both are left out where a story says so', async () => {
    const lines: string[] = [];
    const log = stderrLog('info', (line) => lines.push(line));
    const { story } = await play([leak]);
    await playStory(story, example, log);
    const said = (event: string): number => lines.splice(0).filter((line) => line.includes(`"${event}"`)).length;
    const before = [...lines];
    expect(said('tick')).toBeGreaterThan(20);
    expect(before.filter((line) => line.includes('"audit"')).length).toBe(2);
    await playStory({ ...story, audited: false }, example, log);
    expect(lines.filter((line) => /"(?:tick|audit)"/.test(line))).toEqual([]);
    expect((await play([leak], hourly, false)).left.filter(({ subject }) => subject.includes('guardduty'))).toEqual([]);
  });
});

describe('art33 play', () => {
  const folder = freshFolder();
  const write = (name: string, story: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(story));
    return path;
  };

  it('prints the end as its last line and leaves nothing behind', async () => {
    const file = write('leak.json', { name: 'leak', comment: 'ignored', events: [{ ...leak, note: 'ignored' }] });
    const ended = await cli(['play', '--json', file], { cwd: folder });
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '')).toEqual({ outcome: 'suspected-breach', incidents: 1, pages: 1 });
    expect(readdirSync(folder)).toEqual(['leak.json']);
  });

  it('refuses wrong use and a malformed story with exit 2', async () => {
    const bad = write('bad.json', { name: 'bad', events: [{ ...leak, source: 'gossip' }] });
    for (const words of [['play'], ['play', 'a', 'b'], ['play', join(folder, 'nowhere.json')], ['play', bad]]) {
      const ended = await command(words);
      expect([words, ended.code]).toEqual([words, 2]);
      expect(ended.stdout).toBe('');
    }
    expect((await command(['play', bad])).stderr).toContain(`${bad}: events[0].source`);
  });
});
