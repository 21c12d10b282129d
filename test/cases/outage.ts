// Decides how the cases of a service that is away are told: what its users read outside, and the signs that it is away or back (P-23).
import { expect } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { personId } from '#core/kernel/ids.ts';
import { parseDuration, plus } from '#core/kernel/time.ts';
import { audit } from '#flow/audit.ts';
import { restoreService } from '#flow/restore-service.ts';
import { type Harness, startedAt } from '../flow/harness.ts';
import { database } from '../flow/raw-events.ts';

export const at = (text: string) => {
  const read = parseDuration(text);
  if (!read.ok) throw new Error(text);
  return plus(startedAt, read.value);
};
export const shop = 'bereitschaft@museum-shop.example';
export const clinic = 'noc@clinic-portal.example';
const technical = new Set([shop, clinic, 'platform@travel-club.example']);

export const lead = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;

export type Line = readonly [minutes: number, to: string, what: string];

export const both = (minute: number, what: string): readonly Line[] => [
  [minute, shop, what],
  [minute, clinic, what],
];

const word = (subject: string): string => subject.replace('Disturbance of a service', '').replace(/: .*$/, '').trim() || 'is away';

export const outage = (house: () => Harness) => ({
  /** What technical contacts read since the last look, by minutes since the start. Anybody else outside is a failure. */
  told: (): readonly Line[] => {
    const outward = house()
      .takeMessages()
      .filter(({ channel, to }) => channel === 'mail' && !to.endsWith('@muster.example'));
    for (const { to } of outward) expect(technical).toContain(to);
    return outward
      .map((one): Line => [Math.round((one.at - startedAt) / 60_000), one.to, word(one.subject)])
      .toSorted((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  },
  words: async (): Promise<readonly (readonly (string | undefined)[])[]> =>
    (await house().duties('disturbance')).map(({ recipient, step, state, reason }) => [recipient, step, state, reason]).toSorted(),
  down: (when = startedAt) => house().play([database('failed', when)]),
  up: (when: string) => house().play([database('up', at(when))]),
  sound: async () =>
    expect(await audit(house().world)).toMatchObject({ repaired: 0, unproved: 0, chains: 'whole', failed: 0, clean: true }),
  /** A person says that it is back, from the page of this case. */
  endOf: (incident: Incident, effect = 'unreachable') =>
    restoreService(house().world, {
      id: incident.id,
      actor: lead,
      key: incident.disturbances?.[0]?.key ?? '',
      restoredAt: house().world.clock.now(),
      effect,
      how: 'looked at it',
    }),
});
