// A contract with readers of OCSF 1.6: the attributes that each class requires are there and well formed; and nothing of a person is.
import { describe, expect, it } from 'vitest';
import { likely, none, possible, aSignal, anIncident, confirm, hence, lead, t0, when } from '../given.ts';
import { minutes } from '#core/kernel/time.ts';
import type { SignalRef } from '#core/incident/incident.ts';
import { type OcsfEvent, detectionFindings, incidentFinding, isSuspectedBreach, ocsfVersion } from '#core/register/ocsf.ts';
import { signalEvents } from '#core/register/ocsf-signal.ts';
import { signalKinds } from '#core/signal/signal.ts';

/** Required attributes beyond those of the base, and constraints of which one must be there (OCSF 1.6). */
const required: Readonly<Record<number, { readonly all: readonly string[]; readonly oneOf?: readonly string[] }>> = {
  0: { all: [] },
  2004: { all: ['finding_info'] },
  2005: { all: ['finding_info_list', 'status_id'], oneOf: ['assignee', 'assignee_group'] },
  3001: { all: ['user'] },
  3002: { all: ['user'], oneOf: ['service', 'dst_endpoint'] },
  6003: { all: ['actor', 'api', 'src_endpoint'] },
};

const expectContract = (event: OcsfEvent): void => {
  const wanted = required[event.class_uid];
  if (!wanted) throw new Error(`class ${event.class_uid} has no contract here`);
  expect(event.category_uid).toBe(Math.floor(event.class_uid / 1_000));
  expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
  expect([0, 1, 2, 3, 4, 5, 6, 99]).toContain(event.severity_id);
  expect(Number.isSafeInteger(event.time)).toBe(true);
  expect(event.metadata).toMatchObject({ version: ocsfVersion, product: { name: 'Art33' } });
  for (const name of wanted.all) expect(event).toHaveProperty(name);
  if (wanted.oneOf) expect(wanted.oneOf.some((name) => Object.hasOwn(event, name))).toBe(true);
  const infos = [event['finding_info'], event['finding_info_list']].flat().filter((one) => one !== undefined);
  for (const info of infos) expect((info as { uid: string }).uid).toMatch(/\S/);
  if (event.class_uid === 6003) expect(event['api']).toHaveProperty('operation');
  // What holds nothing is no value: OCSF has no null.
  expect(JSON.stringify(event)).not.toContain('null');
};

const kindOf = (kind: string, n: number): SignalRef => ({
  ...aSignal(n, hence(minutes(n))),
  kind,
  source: 'auth0',
  actor: 'pseudonym-of-anna',
  address: 'pseudonym-of-203',
  target: 'pseudonym-of-archive',
});
const all = anIncident({ signals: signalKinds.map(kindOf), controllers: ['museum-shop'], assets: ['museum-shop-login'] });

describe('every event', () => {
  it('keeps the contract of its class, for each kind of signal', () => {
    const events = [incidentFinding(all), ...detectionFindings(all), ...signalEvents(all)];
    expect(events).toHaveLength(2 + signalKinds.length);
    for (const event of events) expectContract(event);
  });

  it('keeps it for a signal of which little is known, and for a kind of a newer version', () => {
    const bare = anIncident({ signals: [aSignal(1), { ...aSignal(2), kind: 'auth.login' }, { ...aSignal(3), kind: 'of.tomorrow' }] });
    const events = signalEvents(bare);
    for (const event of events) expectContract(event);
    expect(events.map((event) => event.class_uid)).toEqual([2004, 3002, 0]);
    expect(events[1]?.['user']).toEqual({ uid: 'account-unknown' });
  });

  it('holds no pseudonym of ours, no controller and no id of a signal', () => {
    const said = JSON.stringify([incidentFinding(all), ...detectionFindings(all), ...signalEvents(all)]);
    expect(said).not.toMatch(/pseudonym-of|museum-shop|"sig-|raw-/);
  });

  it('calls the same person account-1 in one case and means nothing by it in another', () => {
    const [login, other] = [kindOf('auth.login', 1), { ...kindOf('auth.login', 2), actor: 'pseudonym-of-jon' }];
    const users = signalEvents(anIncident({ signals: [login, other, { ...login, id: aSignal(3).id, time: hence(minutes(3)) }] })).map(
      (event) => event['user'],
    );
    expect(users).toEqual([{ uid: 'account-1' }, { uid: 'account-2' }, { uid: 'account-1' }]);
    expect(signalEvents(anIncident({ signals: [other] }))[0]?.['user']).toEqual({ uid: 'account-1' });
  });
});

describe('an authentication (3002)', () => {
  it('says who logged in where, and whether it worked', () => {
    const [event] = signalEvents(anIncident({ signals: [kindOf('auth.login', 1)] }));
    expect(event).toMatchObject({
      ...{ class_uid: 3002, activity_id: 1, type_uid: 300201, status_id: 1, service: { name: 'auth0' } },
      ...{ user: { uid: 'account-1' }, src_endpoint: { uid: 'address-1' } },
    });
    const failed = signalEvents(anIncident({ signals: [{ ...kindOf('auth.login', 1), outcome: 'blocked' }] }));
    expect(failed[0]?.['status_id']).toBe(2);
  });
});

describe('an incident (2005)', () => {
  const suspected = anIncident();

  it('is a suspected breach once it is suspected, and stays one when confirmed', () => {
    expect(incidentFinding(suspected)).toMatchObject({ is_suspected_breach: true, status_id: 1, activity_id: 1 });
    const confirmed = when(suspected, confirm({ at: hence(minutes(5)) }));
    expect(incidentFinding(confirmed)).toMatchObject({ is_suspected_breach: true, status_id: 2, activity_id: 2 });
  });

  it('is none while it is only assessed, without personal data, or refuted', () => {
    expect(incidentFinding(anIncident({ nature: possible }))['is_suspected_breach']).toBe(false);
    expect(incidentFinding(anIncident({ nature: none }))['is_suspected_breach']).toBe(false);
    expect(isSuspectedBreach({ outcome: 'suspected-breach', state: 'refuted' })).toBe(false);
    expect(isSuspectedBreach({ outcome: 'refuted', state: 'closed' })).toBe(false);
  });

  it('is in progress once somebody took it', () => {
    const taken = when(suspected, { type: 'Acknowledge', at: hence(minutes(1)), actor: lead });
    expect(incidentFinding(taken)['status_id']).toBe(2);
  });

  it('tells its rules with versions, its times and its level, and the natures in words of ours', () => {
    const event = incidentFinding(anIncident({ rule: 'guessed', version: 3, level: 'critical', nature: likely }));
    expect(event).toMatchObject({
      severity_id: 5,
      start_time: t0,
      finding_info_list: [{ types: ['exfiltration'], analytic: { name: 'guessed', version: '3' } }],
      unmapped: { outcome: 'suspected-breach', nature: likely, personal_data: 'likely', controllers: 1 },
    });
  });
});

describe('a detection (2004)', () => {
  it('is as sure as its author was, and numbers assets, whose names may be those of controllers', () => {
    const [event] = detectionFindings(anIncident({ nature: possible, assets: ['archive'] }));
    expect(event).toMatchObject({ confidence_id: 2, severity_id: 4, resources: [{ uid: 'asset-1' }], status_id: 1 });
  });
});
