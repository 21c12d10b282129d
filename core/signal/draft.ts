// Decides how a reader writes its facts down: one after the other into one object. To spread a dozen small ones costs more than to read the event.
import type { Facts, SignalMark } from './signal.ts';

/** Facts on their way. A fact that is not told is left out: absent is not false (formats.md 0.7). */
export type Draft = { -readonly [Fact in keyof Facts]: Facts[Fact] };

/** What every event has. The reader sets `identifiers` and `marks` before it hands them out, where they stand in the order of its facts. */
export const draft = (begun: Omit<Draft, 'identifiers' | 'marks'>): Draft => begun as Draft;

/** The marks of an event that does not say when it happened. */
export const noTime: readonly SignalMark[] = ['no-time'];
