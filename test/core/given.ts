// Builds what the tests of core begin with: a small operator with three controllers, a finding, an incident, a duty.
import type { Finding } from '#core/detection/finding.ts';
import type { Asked, Level, Nature } from '#core/detection/rule.ts';
import type { Asset, Configuration, Controller, Person, Policy, RoleName } from '#core/directory/directory.ts';
import type { Duty } from '#core/duty/duty.ts';
import { type DutySpec, makeIncidentDuty } from '#core/duty/spec.ts';
import { type Command, type Refused, decide, openIncident } from '#core/incident/decide.ts';
import type { Actor, Incident, IncidentEvent, SignalRef } from '#core/incident/incident.ts';
import { type ControllerId, type IncidentId, type SignalId, assetId, controllerId, incidentId, personId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { type Duration, type Instant, hours, minutes, parseInstant, plus } from '#core/kernel/time.ts';
import { recordEvents } from '#core/register/record.ts';

export const at = (text: string): Instant => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(`the test gives no instant: ${text}`);
  return parsed.value;
};

/** A Friday evening. */
export const t0 = at('2026-03-13T21:00:00Z');
export const hence = (by: Duration): Instant => plus(t0, by);

export const lead: Actor = { by: 'person', person: personId('lena'), role: 'incident-lead' };
export const idKey = new Uint8Array(32).fill(7);
export const caseId: IncidentId = incidentId(idKey, 'case', 1);

export const named = (id: string): ControllerId => controllerId(id);

export const none: Nature = { confidentiality: 'none', integrity: 'none', availability: 'none' };
export const possible: Nature = { ...none, confidentiality: 'possible' };
export const likely: Nature = { ...none, confidentiality: 'likely' };

export type FindingGiven = {
  readonly rule?: string;
  readonly title?: string;
  readonly level?: Level;
  readonly version?: number;
  readonly time?: Instant;
  readonly nature?: Nature;
  readonly data?: 'likely' | 'unlikely';
  readonly controllers?: readonly string[];
  readonly assets?: readonly string[];
  readonly resources?: readonly string[];
  readonly campaign?: string;
  readonly unidentified?: boolean;
  readonly owes?: readonly Asked[];
  readonly fact?: true;
  readonly disturbs?: true;
};

export const aFinding = (given: FindingGiven = {}): Finding => {
  const name = given.rule ?? 'archive_read';
  return {
    rule: {
      id: `id-of-${name}`,
      name,
      title: fromConfiguration(given.title ?? `Title of ${name}`),
      level: given.level ?? 'high',
      version: given.version ?? 1,
      category: 'exfiltration',
      ...(given.owes && { owes: given.owes }),
      ...(given.fact && { fact: given.fact }),
      ...(given.disturbs && { disturbs: given.disturbs }),
    },
    time: given.time ?? t0,
    signals: [],
    nature: given.nature ?? likely,
    personalData: given.data ?? 'likely',
    caseKey: 'case',
    joinKeys: [],
    ...(given.campaign === undefined ? {} : { campaignKey: given.campaign }),
    window: hours(1),
    resources: given.resources ?? [],
    assets: (given.assets ?? ['archive']).map(assetId),
    controllers: (given.controllers ?? ['museum']).map(named),
    unidentified: given.unidentified ?? false,
  };
};

export const aSignal = (n: number, time: Instant = t0): SignalRef => ({
  id: `sig-${n}` as SignalId,
  source: 'guardduty',
  kind: 'finding',
  time,
  received: time,
  outcome: 'success',
  rawRef: `raw-${n}`,
});

/** Events folded as the flow folds them: with their lines in the register. */
export const folded = (incident: Incident | undefined, events: readonly IncidentEvent[]): Incident =>
  recordEvents(incident, events).incident;

/** What a command makes of an incident; throws where it is refused. */
export const when = (incident: Incident, ...commands: readonly Command[]): Incident =>
  commands.reduce((current, command) => {
    const decided = decide(command, current);
    if (!decided.ok) throw new Error(`refused: ${decided.error.message}`);
    return decided.value.length === 0 ? current : folded(current, decided.value);
  }, incident);

/** Why a command is refused; throws where it is accepted. */
export const refusal = (incident: Incident, command: Command): Refused => {
  const decided = decide(command, incident);
  if (decided.ok) throw new Error(`accepted: ${command.type}`);
  return decided.error;
};

type IncidentGiven = FindingGiven & { readonly openedAt?: Instant; readonly id?: IncidentId; readonly signals?: readonly SignalRef[] };

/** Opened by one finding. By default suspected at once; `nature: possible` leaves it to be assessed. */
export const anIncident = (given: IncidentGiven = {}): Incident =>
  folded(undefined, openIncident(given.id ?? caseId, given.openedAt ?? t0, aFinding(given), given.signals ?? [aSignal(1)]));

export const confirm = (by: { readonly at: Instant; readonly since?: Instant; readonly release?: boolean }): Command => ({
  type: 'Confirm',
  at: by.at,
  since: by.since ?? by.at,
  how: 'The export was seen in the bucket.',
  actor: lead,
  release: by.release ?? false,
});

export const attach = (time: Instant, given: FindingGiven = {}, signals: readonly SignalRef[] = []): Command => ({
  type: 'Attach',
  at: time,
  finding: aFinding({ time, ...given }),
  signals,
});

type ControllerGiven = Partial<Controller['contract']> & Partial<Pick<Controller, 'language' | 'zone'>> & { readonly name?: string };

export const aController = (id: string, given: ControllerGiven = {}): Controller => ({
  id: named(id),
  name: fromConfiguration(given.name ?? `The ${id} of Muster`),
  language: given.language ?? 'en',
  zone: given.zone ?? 'Europe/Berlin',
  contacts: [{ name: fromConfiguration('Privacy desk'), mail: `privacy@${id}.example.com` }],
  contract: {
    trigger: given.trigger ?? 'suspected',
    onSuspectedTimeout: given.onSuspectedTimeout ?? 'send',
    ...(given.notice === undefined ? {} : { notice: given.notice }),
  },
});

export const thePolicy: Policy = {
  assessWithin: hours(4),
  decide: { within: hours(4), allDecidersAfter: hours(2), hardLimit: hours(24) },
  releaseWithin: hours(4),
  release: 'with-confirm',
  hold: { atMost: hours(2) },
  ownTarget: hours(24),
  call: { chain: ['sysop', 'incident-lead', 'management'], timeouts: [minutes(5), minutes(10), minutes(15)] },
  identifyWithin: hours(1),
  deliveryWithin: minutes(30),
};

const people: Readonly<Record<RoleName, string>> = {
  sysop: 'sam',
  'solution-architect': 'ada',
  'head-of-product': 'paul',
  management: 'mia',
  'incident-lead': 'lena',
  dpo: 'dora',
};

const person = (id: string): Person => ({
  id: personId(id),
  name: fromConfiguration(id),
  mail: `${id}@example.com`,
  channels: ['slack', 'mail'],
});

const asset = (id: string, controllers: readonly string[]): Asset => ({
  id: assetId(id),
  name: fromConfiguration(`System ${id}`),
  identifiers: [`s3:${id}`],
  dataClasses: ['message-content'],
  controllers: controllers.map(named),
  capacity: 'processor',
});

type ConfigurationGiven = {
  readonly controllers?: readonly Controller[];
  readonly policy?: Partial<Policy>;
  readonly assets?: readonly Asset[];
};

export const aConfiguration = (given: ConfigurationGiven = {}): Configuration => {
  const controllers = given.controllers ?? ['museum', 'theatre', 'library'].map((id) => aController(id));
  const ids = controllers.map((c) => c.id as string);
  return {
    directory: {
      operator: {
        name: fromConfiguration('Muster Messaging GmbH'),
        zone: 'Europe/Berlin',
        dpo: { name: fromConfiguration('Dora Datenschutz'), mail: fromConfiguration('dpo@example.com') },
        supportPhone: fromConfiguration('+49 30 5550100'),
        peopleCategories: [fromConfiguration('people who write to you')],
        dataCategories: [fromConfiguration('message content'), fromConfiguration('phone numbers')],
        mailServers: ['mx.operator.example'],
      },
      people: new Map(Object.values(people).map((id) => [personId(id), person(id)])),
      roles: new Map(Object.entries(people).map(([role, id]) => [role as RoleName, [personId(id)]])),
      controllers: new Map(controllers.map((c) => [c.id, c])),
      assets: given.assets ?? [asset('archive', ids)],
      subProcessors: [],
    },
    policy: { ...thePolicy, ...given.policy },
    processing: [],
    baseUrl: fromConfiguration('https://art33.example.com'),
  };
};

export const anAsset = asset;

export const aDuty = (spec: Partial<DutySpec> & Pick<DutySpec, 'kind'>, more: Partial<Duty> = {}): Duty => ({
  ...makeIncidentDuty({ id: caseId, controllers: [] }, { recipient: 'incident-lead', step: '1', deadlineAt: hence(hours(4)), ...spec }, t0),
  ...more,
});

/** A duty whose act succeeded at the given hour. */
export const aSentDuty = (spec: Parameters<typeof aDuty>[0], sentAt: Instant): Duty =>
  aDuty(spec, { state: 'SENT', sentAt, evidence: [{ at: sentAt, channel: 'slack.sam', via: 'provider' }] });
