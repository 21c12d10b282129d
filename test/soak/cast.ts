// Decides who is in the soak: an operator's own configuration with many assets of several controllers, and the signals about them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { initConfiguration } from '#adapters/config/init.ts';
import type { Played } from '#local/play.ts';
import { exfiltration, raw, stuffing } from '../flow/raw-events.ts';

/** Each may become one case by its bucket and one by its organisation. More of them make each start slower. */
export const places = 60;

const controllers = ['alder', 'birch', 'cedar', 'damson', 'elm', 'fir', 'gorse', 'hazel'] as const;

const three = (n: number): string => String(n).padStart(3, '0');
const bucketOf = (place: number): string => `soak-archive-${three(place)}`;
const organisationOf = (place: number): string => `org_soak_${three(place)}`;

const some = (place: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => controllers[(place * 3 + i * 5) % controllers.length] ?? 'alder');

const assets = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Array.from({ length: places }, (_, place) => [
      [
        `archive-${three(place)}`,
        {
          name: `Archive ${three(place)}`,
          identifiers: [`s3:${bucketOf(place)}`, `arn:aws:s3:::${bucketOf(place)}`],
          dataClasses: ['message-content'],
          controllers: some(place, 1 + (place % 3)),
          capacity: 'processor',
        },
      ],
      [
        `login-${three(place)}`,
        {
          name: `Log-in ${three(place)}`,
          identifiers: [`auth0:${organisationOf(place)}`],
          dataClasses: ['account', 'contact'],
          controllers: some(place, 1),
          capacity: 'processor',
        },
      ],
    ]).flat(),
  );

const controllersFile = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    controllers.map((name, i) => [
      name,
      {
        name: `${name[0]?.toUpperCase()}${name.slice(1)} and Daughters Ltd`,
        language: i % 2 === 0 ? 'en' : 'de',
        zone: 'Europe/Berlin',
        contacts: [{ name: `Desk of ${name}`, mail: `desk@${name}.example`, verifiedAt: '2026-10-05' }],
        contract: { trigger: 'suspected', onSuspectedTimeout: i % 2 === 0 ? 'send' : 'hold' },
      },
    ]),
  );

/** Slack takes about one message a second: most of the people want mail first. */
const people = {
  'tomke-harms': ['Tomke Harms', ['slack', 'mail']],
  'jonas-reuter': ['Jonas Reuter', ['mail', 'slack']],
  'selin-aydin': ['Selin Aydin', ['mail']],
  'greta-vogt': ['Greta Vogt', ['mail', 'slack']],
  'malik-brandt': ['Malik Brandt', ['mail', 'slack']],
  'ines-falkenrath': ['Dr. Ines Falkenrath', ['mail']],
} as const;

const peopleFile = (): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(people).map(([id, [name, channels]]) => [id, { name, mail: `${id}@muster.example`, channels }]));

/** The shipped example in a new folder, with the people, controllers and assets of the soak. */
export const writeConfiguration = async (dir: string): Promise<void> => {
  const made = await initConfiguration(dir);
  if (!made.ok) throw new Error(made.error);
  const put = (file: string, content: unknown): void => writeFileSync(join(dir, file), stringify(content));
  put('art33.yml', {
    baseUrl: 'http://localhost:3333',
    notice: { from: 'incidents@muster.example', replyTo: 'incident-desk@muster.example' },
  });
  // Those of the example stay, but hold none of the assets that go.
  const subProcessors = parse(readFileSync(join(dir, 'directory/sub-processors.yml'), 'utf8')) as Readonly<Record<string, object>>;
  const without = Object.entries(subProcessors).map(([id, one]) => [id, { ...one, assets: undefined }]);
  put('directory/sub-processors.yml', Object.fromEntries(without));
  put('directory/assets.yml', assets());
  put('directory/controllers.yml', controllersFile());
  put('directory/people.yml', peopleFile());
};

/** One body for the door. */
export type Post = { readonly source: string; readonly body: string };

const textOf = ({ bytes }: Played): string => new TextDecoder().decode(bytes);

/** Data leaves the place's bucket; the `nth` finding about it. */
export const leak = (place: number, nth: number): Post => ({
  source: 'guardduty',
  body: textOf(exfiltration(bucketOf(place), place * 100 + nth)),
});

/** Thirteen log lines about the place's organisation, in so many deliveries. */
export const attack = (place: number, deliveries: number): readonly Post[] => {
  const address = `2001:db8:5::${place + 1}`;
  const events = stuffing(organisationOf(place), address).map(textOf);
  const size = Math.ceil(events.length / deliveries);
  return Array.from({ length: deliveries }, (_, i) => ({
    source: 'auth0',
    body: `[${events.slice(i * size, (i + 1) * size).join(',')}]`,
  }));
};

/** The defence held: one line that is counted and no more. */
export const ban = (nth: number): Post => {
  const at = new Date(Date.UTC(2026, 2, 14, 5, 0, nth)).toISOString().slice(0, 19).replace('T', ' ');
  return {
    source: 'fail2ban',
    body: textOf(raw('fail2ban', `${at},173 fail2ban.actions [812]: NOTICE [sshd] Ban 198.51.100.${1 + (nth % 250)}\n`)),
  };
};
