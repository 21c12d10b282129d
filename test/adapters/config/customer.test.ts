// When a customer was one: days in their order, and backups only after an end.
import { describe, expect, it } from 'vitest';
import { controllersFile } from '#adapters/config/schema/controllers.ts';

const read = (customer: Readonly<Record<string, string>>) => {
  const shop = { name: 'Shop', language: 'en', zone: 'Europe/Berlin', contacts: [{ name: 'DPO', mail: 'dpo@example.com' }], customer };
  const parsed = controllersFile.safeParse({ shop });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the time as a customer', () => {
  it.each([
    [{ from: '2024-01-01' }],
    [{ from: '2024-01-01', until: '2024-01-01' }],
    [{ until: '2026-02-22', dataUntil: '2026-03-24' }],
    [{ from: '2024-01-01', until: '2026-02-22', dataUntil: '2026-02-22' }],
  ])('may be %j', (customer) => {
    expect(read(customer as Readonly<Record<string, string>>)).toEqual([]);
  });

  it.each([
    [{ from: '2026-01-02', until: '2026-01-01' }, 'shop.customer.until: before from; write a later day'],
    [
      { until: '2026-01-02', dataUntil: '2026-01-01' },
      'shop.customer.dataUntil: before until, or without it; write until and a day not before it',
    ],
    [{ dataUntil: '2026-01-01' }, 'shop.customer.dataUntil: before until, or without it; write until and a day not before it'],
  ])('is refused as %j', (customer, fault) => {
    expect(read(customer as Readonly<Record<string, string>>)).toEqual([fault]);
  });
});
