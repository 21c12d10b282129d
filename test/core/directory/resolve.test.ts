// Who is told: an agency's clients, a group with one DPO, a customer who left, one who came later, and nobody where nobody is known (P-15).
import { describe, expect, it } from 'vitest';
import type { Asset, Controller, Directory } from '#core/directory/directory.ts';
import { enrich } from '#core/directory/enrich.ts';
import { resolve } from '#core/directory/resolve.ts';
import { tenancyOf } from '#core/directory/tenancy.ts';
import { type SignalId, assetId, controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { Signal } from '#core/signal/signal.ts';
import { at } from '../given.ts';

const night = at('2026-03-14T02:00:00Z');
const span = { from: night, to: night };

const controller = (id: string, mail: string, customer?: Controller['customer']): [Controller['id'], Controller] => [
  controllerId(id),
  {
    id: controllerId(id),
    name: fromConfiguration(id),
    language: 'en',
    zone: 'Europe/Berlin',
    contacts: [{ name: fromConfiguration('DPO'), mail }],
    contract: { trigger: 'suspected', onSuspectedTimeout: 'send' },
    ...(customer && { customer }),
  },
];

const asset = (id: string, identifiers: string[], controllers: string[]): Asset => ({
  id: assetId(id),
  name: fromConfiguration(id),
  identifiers,
  dataClasses: ['message-content'],
  controllers: controllers.map(controllerId),
  capacity: 'processor',
});

const clients = ['bakery', 'florist', 'joiner'];
const entities = ['group-at', 'group-ch', 'group-de', 'group-nl'];
const directory = {
  controllers: new Map([
    ...clients.map((id) => controller(id, 'privacy@agency.example')),
    ...entities.map((id) => controller(id, 'dpo@group.example')),
    controller('left', 'last@left.example', { until: at('2026-02-22T00:00:00Z'), dataUntil: at('2026-03-24T00:00:00Z') }),
    controller('gone', 'last@gone.example', { until: at('2025-06-30T00:00:00Z'), dataUntil: at('2025-07-30T00:00:00Z') }),
    controller('new', 'dpo@new.example', { from: at('2026-04-01T00:00:00Z') }),
    controller('alone', 'dpo@alone.example'),
  ]),
  assets: [
    asset('archive', ['s3:archive', 'arn:aws:s3:::archive'], [...clients, ...entities, 'left', 'gone', 'new']),
    asset('own-login', ['auth0:org_alone'], ['alone']),
  ],
  operator: { mailServers: [] },
  subProcessors: [],
} as unknown as Directory;

const named = ({ affected }: ReturnType<typeof resolve>) => affected.map((one) => one.controller);

describe('whose data it is', () => {
  it("is each client's of an agency and each entity's of a group by itself, and of one who left while his backups live", () => {
    const found = resolve(directory, ['s3:archive'], span);
    expect(named(found)).toEqual([...clients, ...entities, 'left'].toSorted());
    expect(new Set(found.affected.map((one) => one.confidence))).toEqual(new Set(['possible']));
    expect(found.affected[0]?.evidence).toEqual([
      { by: 'asset', asset: 'archive', identifier: 's3:archive', sharedBy: 8, tenancy: 'customer' },
    ]);
  });

  it('is not of one whose last backup is gone, nor of one who came later: and both are said', () => {
    const found = resolve(directory, ['s3:archive', 'arn:aws:s3:::archive'], span);
    expect(found.spared).toEqual([
      { controller: 'gone', asset: 'archive', tenancy: 'data-gone' },
      { controller: 'new', asset: 'archive', tenancy: 'not-yet' },
    ]);
    expect(found.affected.find((one) => one.controller === 'left')?.evidence).toHaveLength(2);
  });

  it('is certain where the asset holds the data of one alone, or where he is named', () => {
    expect(resolve(directory, ['auth0:org_alone'], span).affected).toMatchObject([{ controller: 'alone', confidence: 'certain' }]);
    const both = resolve(directory, ['s3:archive', 'controller:bakery'], span).affected;
    expect(both.filter((one) => one.confidence === 'certain').map((one) => one.controller)).toEqual(['bakery']);
  });

  it('is to be found out where nobody is known: never all', () => {
    expect(resolve(directory, ['auth0:org_unheard-of', 'controller:nobody'], span)).toEqual({
      affected: [],
      spared: [],
      unidentified: true,
    });
  });
});

describe('a tenancy', () => {
  const day = (text: string) => at(`${text}T00:00:00Z`);
  it.each([
    ['no dates', undefined, 'customer'],
    ['a later first day', { from: day('2026-03-15') }, 'not-yet'],
    ['that very first day', { from: day('2026-03-14') }, 'customer'],
    ['that very last day', { until: day('2026-03-14') }, 'customer'],
    ['an end the day before, in a zone behind ours', { until: day('2026-03-13') }, 'customer'],
    ['an end, and no word on backups', { until: day('2026-01-01') }, 'data-kept'],
    ['an end, and backups until then', { until: day('2026-01-01'), dataUntil: day('2026-03-13') }, 'data-kept'],
    ['an end, and backups gone', { until: day('2026-01-01'), dataUntil: day('2026-03-12') }, 'data-gone'],
  ] as const)('with %s', (_, customer, expected) => {
    expect(tenancyOf(customer ? { customer } : {}, span)).toBe(expected);
  });

  it('counts from the first to the last moment of what happened', () => {
    const week = { from: night, to: at('2026-03-20T00:00:00Z') };
    expect(tenancyOf({ customer: { from: day('2026-03-18') } }, week)).toBe('customer');
  });
});

describe('a signal', () => {
  const signal: Signal = {
    v: 1,
    id: 'sig-1' as SignalId,
    source: 'guardduty',
    eventId: '1',
    kind: 'finding',
    outcome: 'unknown',
    time: night,
    received: night,
    marks: [],
    target: { id: 'archive', type: 's3-bucket' },
    raw: { ref: 'r' },
  };

  it('touches those who were there at its time, and no other', () => {
    expect(enrich(signal, ['s3:archive'], directory).target?.controllers).toEqual([...clients, ...entities, 'left']);
    const spring = { ...signal, time: at('2026-04-02T00:00:00Z') };
    expect(enrich(spring, ['s3:archive'], directory).target?.controllers).toEqual([...clients, ...entities, 'new']);
  });

  it('keeps one of whom the directory says nothing', () => {
    const bare = { ...directory, controllers: new Map() };
    expect(enrich(signal, ['auth0:org_alone'], bare).target?.controllers).toEqual(['alone']);
  });
});
