// Decides whether the very stack works: deployed to an emulated AWS, driven through its real doors, against sinks that record and misbehave.
import { join } from 'node:path';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { s3Client } from '#adapters/s3/evidence.ts';
import { sha256 } from '#core/kernel/hash.ts';
import type { Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { incidentSubject, reference } from '#core/kernel/ids.ts';
import { readState, report, signalCounts } from '#flow/report.ts';
import { wordsOf } from '#test/sinks/slack.ts';
import { standIn } from './assembly.ts';
import { type Deployed, stage } from './deployed.ts';
import { type Emulator, account, region } from './emulator.ts';
import { type House, openHouse } from './house.ts';
import { askAbout } from './names.ts';
import { art33, comeIn, doctor, endAll, forwardedTo, lead, nightFolder, openKit, workNight } from './operator.ts';
import { demo, findings, otherFinding, subjectOf, withoutReference } from './letters.ts';

/** What no emulator shows; named tests of the template or of the contract suites stand for each (D-19). */
const never: readonly string[] = [
  'TTL, point-in-time recovery, encryption and deletion protection of the table; object lock, lifecycle and keys of the buckets: test/lib',
  'who may invoke a function, key policies, condition keys, iam:PassRole, the right of a schedule: test/lib',
  'alarms on metrics of AWS itself, the embedded metric format, X-Ray, the dashboard: test/lib, test/lambdas/metrics.test.ts',
  'conflicts of transactions, throttling, lost answers: test/adapters/dynamodb, test/contract',
  'what SES reports by itself: recorded events were put into the receive queue; its quota and sandbox',
  'EventBridge’s own events, Auth0’s partner bus, and the way from us-east-1 to the bus at home: test/lib/topology.test.ts',
];

let on: House;
let house: Deployed;
let aws: Emulator;
const begun = performance.now();
let up = begun;
beforeAll(async () => {
  on = await openHouse();
  house = on.deployed;
  aws = on.aws;
  up = performance.now();
});

afterAll(async () => {
  process.stderr.write(`\nNot proved here:\n${[...(on?.notProved ?? []), ...never].map((line) => `  - ${line}\n`).join('')}`);
  await on?.close();
});

/** The deployment proved itself by one signal; the story's own are counted. */
const counts = async () => {
  const { accepted, ...others } = signalCounts(await house.ledger.intake());
  return { accepted: accepted - 1, ...others };
};
const state = () => readState(house.ledger);

/** The bytes that were kept before a notice was handed over. */
const keptFor = async (notice: Duty): Promise<Uint8Array> => {
  const bucket = { Bucket: house.find('AWS::S3::Bucket', 'Evidence') };
  const client = s3Client({ region });
  const { Contents: found = [] } = await client.send(new ListObjectsV2Command({ ...bucket, Prefix: `mail/${notice.id}` }));
  expect(found).toHaveLength(1);
  const { Body: body } = await client.send(new GetObjectCommand({ ...bucket, Key: found[0]?.Key }));
  return (await body?.transformToByteArray()) ?? new Uint8Array();
};

const withoutMessageId = (bytes: Buffer): string => bytes.toString('latin1').replace(/^Message-ID:.*\r\n([ \t].*\r\n)*/im, '');

let killed: { readonly incident: string; readonly at: number };

type Story = Awaited<ReturnType<typeof report>>;

describe('the house on AWS', () => {
  it('lets nobody in without the source’s token, and no stranger into the console', async () => {
    expect((await on.post('fail2ban', 'text/plain', 'x', 'wrong-token-0123456789')).status).toBe(401);
    expect((await house.console('/')).status).toBe(401);
    const forged = `${on.people.tokenFor('malik.brandt@muster.example').slice(0, -8)}AAAAAAAA`;
    expect((await house.console('/', { headers: { authorization: `Bearer ${forged}` } })).status).toBe(401);
    const stranger = on.people.tokenFor('stranger@elsewhere.example');
    expect((await house.console('/', { headers: { authorization: `Bearer ${stranger}` } })).status).toBe(403);
  });

  it('sees a removed grant: without the right to queue, a door says 503 and takes nothing', async () => {
    const role = house.find('AWS::IAM::Role', 'IngestRole');
    const iam = new IAMClient({ region });
    const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
    expect(names).toHaveLength(1);
    const policy = { RoleName: role, PolicyName: names[0] };
    const { PolicyDocument: document = '' } = await iam.send(new GetRolePolicyCommand(policy));
    await iam.send(new DeleteRolePolicyCommand(policy));
    const parsed = JSON.parse(decodeURIComponent(document)) as { Statement: { Action: string | string[] }[] };
    const without = { ...parsed, Statement: parsed.Statement.filter((one) => ![one.Action].flat().includes('sqs:SendMessage')) };
    expect(without.Statement.length).toBe(parsed.Statement.length - 1);
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(without) }));
    expect((await on.post('fail2ban', 'text/plain', demo('10-fail2ban.log'))).status).toBe(503);
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(parsed) }));
    expect(await counts()).toEqual({ accepted: 0, rejected: 0, duplicates: 0 });
  });

  it('loses a function in the middle of a page: killed while Slack does not answer', async () => {
    on.slack.misbehave('hang');
    await house.send(house.queueUrl('AssessQueue'), otherFinding('2026-03-20T09:00:00Z', 'one'));
    await on.until('Slack was asked', async () => on.slack.requests.length > 0, 60);
    const running = aws.functions().filter(({ command }) => command.includes('PageFunction'));
    expect(running.length).toBeGreaterThan(0);
    for (const { pid } of running) process.kill(pid, 'SIGKILL');
    const [incident] = (await state()).incidents;
    killed = { incident: incident?.id ?? '', at: Date.now() };
    on.say('killed');
  });

  it('takes the demo in by its doors: HTTP, and the queue behind EventBridge', async () => {
    expect((await on.post('fail2ban', 'text/plain', demo('10-fail2ban.log'))).status).toBe(202);
    expect((await on.post('auth0', 'application/x-ndjson', demo('20-auth0.jsonl'))).status).toBe(202);
    for (const event of findings()) await house.send(house.queueUrl('AssessQueue'), event);
    // On a slow machine a function may run out of its time; what it held comes again after three minutes.
    await on.until('all signals are settled', async () => (await counts()).accepted === 92, 300);
    on.say('92 signals settled');
  });

  it('quarantines what is no envelope that it knows, whichever door it came by', async () => {
    await house.putEvent(standIn, 'Something Else', { hello: 'world' });
    await house.send(house.queueUrl('AssessQueue'), 'not even JSON');
    const odd = await house.invoke('LogsFunction', { no: 'envelope' });
    expect(odd).toMatchObject({ status: 200, failed: false });
    await on.until('three quarantined', async () => (await counts()).rejected === 3, 60);
    const reasons = (await house.ledger.quarantined(10)).map(({ source, reason }) => `${source}: ${reason}`);
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(reason).toMatch(/^unrecognised: .+expected .+/);
  });

  it('comes to the same end as one machine does, field by field', async () => {
    const words = ['--once', '--json', '--config', on.config, '--events', 'events/demo', '--data', join(on.folder, 'own')];
    const { out } = await on.typed('bin/local.ts', ...words);
    const single = JSON.parse(out) as Story;
    const isOther = ({ incident }: { readonly incident: string | null }): boolean => incident !== killed.incident;
    const here = await on.until(
      'every duty of the demo has been taken on',
      async () => {
        const now = await report(house.ledger, { messages: async () => [], content: async () => undefined }, '');
        const duties = now.duties.filter(isOther);
        return (
          // Whom it touches is asked after an hour only.
          duties.every((one) => one.state !== 'OPEN' || one.kind === 'narrow') && {
            ...now,
            duties,
            incidents: now.incidents.filter((one) => one.id !== killed.incident),
          }
        );
      },
      90,
    );
    on.say('every duty of the demo taken on');
    expect(await counts()).toEqual({ ...single.signals, accepted: 92, rejected: 3 });
    const incidents = ({ incidents: all }: Story) =>
      all.map(({ id: _, suspectedAt: __, awareAt: ___, ...fields }) => fields).sort((a, b) => a.title.localeCompare(b.title));
    expect(incidents(here)).toEqual(incidents(single));
    const duties = (from: Story) =>
      from.duties
        .map(
          ({ incident, kind, recipient, state: at }) =>
            `${from.incidents.find(({ id }) => id === incident)?.title}: ${kind} ${recipient} ${at}`,
        )
        .sort();
    expect(duties(here)).toEqual(duties(single));
    const refs = here.incidents.map(({ id }) => reference(id as Incident['id']));
    const expected = single.messages.filter((one) => one.channel === 'mail').map((one) => withoutReference(one.subject));
    const mailed = await on.until('the mails arrived', async () => {
      const subjects = on.mail.mails.map(({ bytes }) => subjectOf(bytes)).filter((subject) => refs.some((ref) => subject.includes(ref)));
      return subjects.length >= expected.length && subjects;
    });
    expect(mailed.map(withoutReference).sort()).toEqual(expected.sort());
    const count = (channel: string): number => single.messages.filter((one) => one.channel === channel).length;
    expect(on.slack.posts.filter((one) => refs.some((ref) => wordsOf(one).includes(ref)))).toHaveLength(count('slack'));
    expect(on.jira.issues.filter((one) => refs.some((ref) => JSON.stringify(one.fields).includes(ref)))).toHaveLength(count('ticket'));
  });

  it('takes the pushed directory, and tells the operator how things stand', async () => {
    expect(await art33(on, 'directory', 'push', on.config, '--stage', stage)).toContain('Pushed');
    // It fails where the emulator lacks what AWS has; that it says so, line by line, is what counts.
    const said = await doctor(on);
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter(({ check }) => /slack|jira/i.test(check)).map(({ verdict }) => verdict)).not.toContain('fail');
  });

  it('is acknowledged and confirmed in the console, and each controller gets its own notice', async () => {
    const incident = (await state()).incidents.find(
      (one) => one.title === 'Personal data read out of its bucket' && one.id !== killed.incident,
    );
    if (!incident) throw new Error('the incident of the bucket is missing');
    await on.act(incident.id, 'tomke.harms@muster.example', 'acknowledge');
    await on.act(incident.id, lead, 'confirm');
    const notices = await on.until(
      'the notices went out',
      async () => {
        const all = (await house.ledger.dutiesOf(incidentSubject(incident.id))).filter((duty) => duty.kind === 'notice');
        return all.length === 3 && all.every((duty) => duty.state === 'SENT') && all;
      },
      60,
    );
    // SES answers first and hands on afterwards.
    const contacts = await on.until('the notices arrived', async () => {
      const arrived = notices.map((duty) => on.mail.mails.filter(({ bytes }) => bytes.includes(duty.id)));
      return arrived.every((mails) => mails.length > 0) && arrived;
    });
    expect(contacts.map((mails) => mails.length)).toEqual([1, 1, 1]);
    expect(new Set(contacts.flatMap((mails) => mails.flatMap(({ to }) => to))).size).toBe(3);
    for (const notice of notices) {
      const [arrived] = on.mail.mails.filter(({ bytes }) => bytes.includes(notice.id));
      const kept = await keptFor(notice);
      // What the register vouches for is what was kept, and what was kept is what arrived; the sender's service puts in its own Message-ID.
      expect(notice.evidence.map((one) => one.sha256)).toContain(sha256(kept));
      expect(withoutMessageId(arrived?.bytes ?? Buffer.alloc(0))).toBe(withoutMessageId(Buffer.from(kept)));
    }
    on.say('three notices');
    const event = (duty: (typeof notices)[number] | undefined, eventType: string) => ({
      version: '0',
      id: `event-${eventType}`,
      'detail-type': `Email ${eventType}`,
      source: 'aws.ses',
      detail: { eventType, mail: { messageId: 'provider-1', tags: { duty: [duty?.id], incident: [incident.id] } } },
    });
    await house.send(house.queueUrl('ReceiveQueue'), event(notices[0], 'Delivery'));
    await house.send(house.queueUrl('ReceiveQueue'), event(notices[1], 'Bounce'));
    await on.until('the delivery ended its notice', async () => (await house.ledger.duty(notices[0]!))?.state === 'DONE', 60);
    await on.until(
      'the bounce set a person beside its notice',
      async () => (await house.ledger.dutiesOf(incidentSubject(incident.id))).some((duty) => duty.kind === 'human'),
      60,
    );
    on.say('delivered and bounced');
  });

  it('counts affected people from a list that lies sealed, and shows names to whoever says why', async () => {
    const [incident] = (await state()).incidents.filter((one) => one.controllers.length === 3);
    const about = (act: 'import' | 'list' | 'handles', fields: Readonly<Record<string, string>>, file?: string) =>
      askAbout(on, incident?.id ?? '', { mailOf: lead, act, fields, ...(file === undefined ? {} : { file }) });
    const museum = { controller: 'museum-shop' };
    const taken = await about('import', museum, 'id,category,country,basis,asOf\nanna,,DE,likely,2026-03-01\n');
    expect([taken.status, await taken.text()]).toEqual([303, '']);
    expect(await (await about('list', { ...museum, reason: 'to check it' })).text()).toContain('<td>anna</td>');
    // Sealed by assessment, which can't open it; opened by the console.
    expect(await (await about('handles', { handle: 'address-1', reason: 'to block it' })).text()).toMatch(
      /<dt>address-1<\/dt><dd>[0-9a-f.:]+</,
    );
    const looks = (await house.ledger.entriesOf(incident?.id ?? '')).filter(({ type }) => type === 'PersonalDataViewed');
    expect(looks.map(({ data }) => data['reason'])).toEqual(['to check it', 'to block it']);
    on.say('names sealed and opened');
  });

  it('stands up again with its state after the machine was shut down', async () => {
    const before = await counts();
    await aws.stop();
    await aws.start();
    expect(await counts()).toEqual(before);
    expect((await on.post('fail2ban', 'text/plain', demo('10-fail2ban.log').split('\n')[0] ?? '')).status).toBe(202);
    on.say('stopped and started');
  });

  it('takes back what lay among the dead letters', async () => {
    const { accepted } = await on.until('the last signal is settled', async () => {
      const now = await counts();
      return now.accepted + now.duplicates === 93 && now;
    });
    await house.send(house.queueUrl('AssessDeadLetters'), otherFinding('2026-03-22T09:00:00Z', 'two'));
    expect(await art33(on, 'redrive', 'assess', '--stage', stage)).toContain('Moved 1');
    await on.until('the dead letter is settled', async () => (await counts()).accepted === accepted + 1, 60);
    on.say('redriven');
  });

  it('is not taken down by its own command while something is owed', async () => {
    const { code, err } = await on.typed('bin/destroy.ts', '--stage', stage, '--yes');
    expect([code, err]).toEqual([1, expect.stringMatching(/dut(y|ies)/)]);
  });

  it('stands in us-east-1 with one rule, which names the bus at home', async () => {
    expect(await forwardedTo()).toEqual([`arn:aws:events:${region}:${account}:event-bus/default`]);
  });

  it('lays the night kit into the vault of another account, where one of two people opens it', async () => {
    expect(await house.invoke('ExportFunction', {})).toMatchObject({ status: 200, failed: false });
    expect(await openKit(on)).toEqual({ kits: 1, words: expect.stringContaining('Malik Brandt') });
    on.say('night kit opened');
  });

  it('goes on from that kit elsewhere, where there is no AWS', async () => {
    expect(await workNight(on)).toMatch(/really sending by: mail[\s\S]*Nothing goes over: +aws/);
    on.say('night worked');
  });

  it('lets somebody in without the identity provider, recorded and loud', async () => {
    const { page, chain } = await comeIn(on);
    expect([page.includes('Break-glass: you are here'), chain]).toEqual([true, ['GlassBroken', 'GlassClosed']]);
    await on.until('the house was told', async () => on.slack.posts.some((post) => wordsOf(post).includes('Break-glass')), 60);
    on.say('glass broken');
  });

  it('has made up for the function that was killed: once the lease lapsed, each page once', async () => {
    const duties = await on.until(
      'the duties of the killed function are done',
      async () => {
        const all = await house.ledger.dutiesOf(incidentSubject(killed.incident as Incident['id']));
        return all.filter((duty) => duty.kind === 'inform' || duty.kind === 'ticket').every((duty) => duty.state === 'DONE') && all;
      },
      180,
    );
    const twice = duties.filter((duty) => duty.gen > 1);
    expect(twice.length).toBeGreaterThan(0);
    on.say(`made up for, ${Math.round((Date.now() - killed.at) / 1_000)} s after the kill`);
  });

  it('takes the register of that night home, with both roots', async () => {
    const home = ['night', 'merge', nightFolder(on), '--as', 'greta-vogt', '--config', on.config, '--stage', stage, '--json'];
    const { roots, entries } = JSON.parse(await art33(on, ...home)) as { readonly roots: object; readonly entries: number };
    const chain = (await Array.fromAsync(house.ledger.entries())).filter((one) => one.chain.startsWith('night:'));
    expect([chain.filter(({ type }) => type === 'NightEntry').length, chain.at(-1)]).toEqual([
      entries,
      expect.objectContaining({ type: 'NightMerged', data: expect.objectContaining(roots) }),
    ]);
    on.say('night at home');
  });

  it('goes by its own command once nothing is owed, and leaves what must survive', async () => {
    await on.until('nothing is owed any more', () => endAll(on), 150);
    const { code, out, err } = await on.typed('bin/destroy.ts', '--stage', stage, '--yes');
    expect([code, err]).toEqual([0, expect.any(String)]);
    for (const name of ['signin-us-east-1', 'console', 'pipeline']) expect(out).toContain(`art33-${stage}-${name}: removed.`);
    expect((await state()).incidents.length).toBe(4);
    const [deploying, story] = [up - begun, performance.now() - up].map((time) => Math.round(time / 1_000));
    on.say(`taken down: deployed in ${deploying} s, the story in ${story} s`);
  });
});
