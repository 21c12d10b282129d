// Decides how a reader writes its facts down: one after the other into one object. To spread a dozen small ones costs more than to read the event.
import { hostNameOf } from './address.ts';
import type { Facts, SignalMark } from './signal.ts';

type Writable<T> = { -readonly [Part in keyof T]: T[Part] };

/** Facts on their way. A fact that is not told is left out: absent is not false (formats.md 0.7). */
export type Draft = Writable<Facts>;

/** What every event has. The reader sets `identifiers` and `marks` before it hands them out, where they stand in the order of its facts. */
export const draft = (begun: Omit<Draft, 'identifiers' | 'marks'>): Draft => begun as Draft;

/** Who it was, of what is told; nobody where neither id nor name is. */
export const actorBy = (id: string | undefined, name: string | undefined, type: string | undefined): Facts['actor'] => {
  if (id === undefined && name === undefined) return undefined;
  const actor: Writable<NonNullable<Facts['actor']>> = {};
  if (id !== undefined) actor.id = id;
  if (name !== undefined) actor.name = name;
  if (type !== undefined) actor.type = type;
  return actor;
};

/** Where it came from: the address that a text was read as, else the host that it names. */
export const srcBy = (ip: string | undefined, text: string | undefined): Facts['src'] => {
  if (ip !== undefined) return { ip };
  const host = text === undefined ? undefined : hostNameOf(text);
  return host === undefined ? undefined : { host };
};

/** Identifiers on their way: each stands once, where it came first. */
export const addOnce = (identifier: string, identifiers: string[]): void => {
  if (!identifiers.includes(identifier)) identifiers.push(identifier);
};

/** The marks of an event that does not say when it happened. */
export const noTime: readonly SignalMark[] = ['no-time'];
