// Decides the canonical scenarios in which a crash is planted at every point, one at a time and two at a time (RT-01, RT-02).
import { exfiltration } from '../flow/raw-events.ts';
import { type RunSettings, run } from './run.ts';
import type { Story } from './story.ts';

const minute = 60_000;
const startedAt = Date.UTC(2026, 10, 25, 9);

/** One exfiltration with three controllers: taken, confirmed, released, delivered. */
const whole: Story = {
  startedAt,
  faultyFor: 30 * minute,
  quietFor: 60 * minute,
  crowd: false,
  singleNode: false,
  audited: false,
  sendings: [{ at: minute, id: 'delivery-1', played: exfiltration(), again: true }],
  visits: [
    { at: 5 * minute, what: 'acknowledge', which: 0 },
    { at: 8 * minute, what: 'confirm', which: 0 },
    { at: 9 * minute, what: 'release', which: 0 },
  ],
  incidents: 1,
};

/** The same, told to nobody but the first few: short enough for every pair of crashes. */
const small: Story = {
  ...whole,
  sendings: [{ at: minute, id: 'delivery-1', played: exfiltration(), again: false }],
  visits: [],
  faultyFor: 4 * minute,
  quietFor: 30 * minute,
};

/** Pairs are planted among the first points of the small scenario: from the door to the settled ticket. */
const pairPoints = 60;

const wholePoints = (await run({ seed: 1, story: whole })).points;

/** How many cases there are. */
export const crashPoints = (kind: 'single' | 'pair'): number => (kind === 'single' ? wholePoints : pairPoints * pairPoints);

export const crashCase = (kind: 'single' | 'pair', n: number): RunSettings =>
  kind === 'single'
    ? { seed: 1, story: whole, crashAt: new Set([n + 1]) }
    : { seed: 1, story: small, crashAt: new Set([Math.floor(n / pairPoints) + 1, (n % pairPoints) + 1]) };
