// Measures how long the notices to a thousand controllers take on the emulated AWS, beside what the emulator itself can take: `node test/e2e/crowd.ts`.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import type { DutyState } from '#core/duty/duty.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import { readState } from '#flow/report.ts';
import { region } from './emulator.ts';
import { openHouse } from './house.ts';
import { findings } from './letters.ts';

const many = Number(process.argv[2] ?? 1_000);
const names = Array.from({ length: many }, (_, i) => `crowd-${String(i).padStart(4, '0')}`);

/** So many controllers more, all of them with data in the bucket that the demo's finding is about. */
const crowd = (config: string): void => {
  const controllers = join(config, 'directory/controllers.yml');
  const today = new Date().toISOString().slice(0, 10);
  for (const name of names)
    appendFileSync(
      controllers,
      `${name}:
  name: ${name} GmbH
  language: en
  zone: Europe/Berlin
  contacts:
    - name: Privacy
      mail: privacy@${name}.example
      verifiedAt: ${today}
  contract:
    trigger: suspected
    onSuspectedTimeout: hold
`,
    );
  const assets = join(config, 'directory/assets.yml');
  writeFileSync(
    assets,
    readFileSync(assets, 'utf8').replace(/controllers: \[museum-shop, clinic-portal, travel-club\]/g, `controllers: [${names.join(', ')}]`),
  );
};

const house = await openHouse(crowd);
const { deployed, say, until } = house;

/** Cheap calls, sixteen at a time, as many functions make them: requests a second of the emulator by itself. */
const floor = async (): Promise<number> => {
  const client = new DynamoDBClient({ region });
  const calls = 400;
  const from = performance.now();
  for (let i = 0; i < calls; i += 16) await Promise.all(Array.from({ length: 16 }, () => client.send(new ListTablesCommand({}))));
  return calls / ((performance.now() - from) / 1_000);
};

try {
  const requests = await floor();
  say(`the emulator takes ${requests.toFixed(0)} requests a second`);
  await deployed.send(deployed.queueUrl('AssessQueue'), findings().at(-1));
  const incident = await until('the incident is there', async () => (await readState(deployed.ledger)).incidents[0], 120);
  await house.act(incident.id, 'tomke.harms@muster.example', 'acknowledge');
  const from = performance.now();
  await house.act(incident.id, 'malik.brandt@muster.example', 'confirm');
  const counted = async (): Promise<Partial<Record<DutyState, number>>> => {
    const all = (await deployed.ledger.dutiesOf(incidentSubject(incident.id))).filter((duty) => duty.kind === 'notice');
    const sum: Partial<Record<DutyState, number>> = {};
    for (const { state } of all) sum[state] = (sum[state] ?? 0) + 1;
    return sum;
  };
  await until(
    'every notice is accepted',
    async () => house.mail.mails.filter(({ to }) => to[0]?.includes('@crowd-')).length >= many,
    1_800,
  );
  const seconds = (performance.now() - from) / 1_000;
  say(`${many} notices in ${seconds.toFixed(0)} s, ${(many / seconds).toFixed(1)} a second; states ${JSON.stringify(await counted())}`);
} finally {
  await house.close();
}
