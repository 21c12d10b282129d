// Decides how a report that the console took down becomes an event on one machine, and how its words are read again.
import type { Reports } from '#console/deps.ts';
import type { World } from '#flow/ports.ts';
import { takeReport } from '#flow/take-report.ts';

export const reportsHere = (world: World): Reports => ({
  take: (taken) => takeReport(world, taken),
  words: (rawRef) => world.evidence.get(rawRef),
});
