// Decides whether the cost model counts what stands in the stacks, and whether the stand-in's table is the stacks' own.
import { describe, expect, it } from 'vitest';
import { prod, readStanding } from '#bench/cost/template.ts';
import { indexes } from '#bench/stand-in/item.ts';
import { stages } from '#lib/bundle.ts';
import { everywhere, synthesize } from '#test/lib/stacks.ts';

const all = synthesize(prod);
const standing = readStanding();

describe('the cost model', () => {
  it('counts alarms, keys, secrets and dashboards where they stand', () => {
    const count = (type: string): number => everywhere(all, `AWS::${type}`).length;
    expect(standing).toMatchObject({
      alarmMetrics: count('CloudWatch::Alarm'),
      keys: count('KMS::Key'),
      secrets: count('SecretsManager::Secret'),
      dashboards: count('CloudWatch::Dashboard'),
    });
  });

  it('knows both clocks of the tick, and each queue that a function reads, but not the way back of dead letters', () => {
    expect([standing.byRule['tick'], standing.byScheduler['tick'], standing.byRule['audit']]).toEqual([60, 60, 4]);
    expect(standing.mappings).toEqual({ assess: 1, notify: 1, page: 1, ticket: 1, other: 1, receive: 1 });
  });

  it('knows the memory of every function', () => {
    expect(Object.keys(standing.memory).sort()).toEqual([...stages].sort());
  });
});

describe('the stand-in', () => {
  it('has the indexes of the table', () => {
    const [[, table] = []] = everywhere(all, 'AWS::DynamoDB::Table');
    const made = (table?.Properties['GlobalSecondaryIndexes'] ?? []) as readonly {
      readonly IndexName: string;
      readonly KeySchema: readonly { readonly AttributeName: string }[];
      readonly Projection: { readonly NonKeyAttributes?: readonly string[] };
    }[];
    expect(
      made.map(({ IndexName: name, KeySchema, Projection }) => ({
        name,
        partition: KeySchema[0]?.AttributeName,
        sort: KeySchema[1]?.AttributeName,
        projected: Projection.NonKeyAttributes ?? [],
      })),
    ).toEqual(indexes);
  });
});
