// Decides how the tests of the audit begin: one suspected breach with everything done that is due, and a hand that writes past the ledger.
import { expect } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import { type AuditReport, audit } from '#flow/audit.ts';
import type { World } from '#flow/ports.ts';
import { type Harness, openHarness } from './harness.ts';
import { exfiltration } from './raw-events.ts';

export type Audited = Harness & {
  readonly beats: () => number;
  readonly audit: () => Promise<AuditReport>;
  /** Writes past the ledger, as no code of ours does. */
  readonly plant: (sql: string, ...values: readonly (string | number)[]) => Promise<number>;
  /** What it said since the last look, of this level. */
  readonly said: (level: 'error' | 'info') => readonly Readonly<Record<string, unknown>>[];
};

export const opened = async (wrap: (world: World) => World = (world) => world): Promise<Audited> => {
  let beats = 0;
  const h = await openHarness({
    wrap: (world) =>
      wrap({
        ...world,
        heartbeat: {
          beat: async () => {
            beats += 1;
          },
        },
      }),
  });
  let seen = 0;
  return {
    ...h,
    beats: () => beats,
    audit: () => audit(h.world),
    plant: (sql, ...values) => h.node.database.write(() => h.node.database.run(sql, ...values)),
    said: (level) => {
      const lines = h.logged.slice(seen).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
      seen = h.logged.length;
      return lines.filter((line) => line['level'] === level);
    },
  };
};

/** One suspected breach, everything done that is due. */
export const story = async (wrap?: (world: World) => World): Promise<Audited> => {
  const h = await opened(wrap);
  await h.play([exfiltration()]);
  h.takeMessages();
  h.said('error');
  return h;
};

export const one = async (h: Audited, kind: Duty['kind']): Promise<Duty> => {
  const [duty] = await h.duties(kind);
  if (!duty) throw new Error(`no ${kind}`);
  return duty;
};

/** The beginning of a change in a document. */
export const json = "json_set(doc, '$.";
/** An error of this name was logged. */
export const named = (h: Audited, event: string): void => expect(h.said('error').map((line) => line['event'])).toContain(event);

const sound = { repaired: 0, reindexed: 0, unproved: 0, unknown: 0, overdue: 0, intakeGap: 0, chains: 'whole', failed: 0, clean: true };
/** Nothing is said but this. */
export const only = (found: Partial<AuditReport>) => ({ ...sound, incidents: 1, clean: false, ...found });
