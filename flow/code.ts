// What a typed code is: derived, so nothing has to be stored; bound to one incident and one role (D-11, TH-07).
import type { IncidentId } from '#core/kernel/ids.ts';
import type { World } from './ports.ts';

/** Twelve letters in three groups, from the keyed pseudonym of incident and role: 60 bits, useless elsewhere. */
export const codeFor = (world: Pick<World, 'pseudonyms'>, incident: IncidentId, role: 'dpo'): string => {
  const letters = world.pseudonyms.of('code', `${incident}/${role}`).slice(0, 12).toUpperCase();
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8, 12)}`;
};

/** Typed by hand: case, blanks and dashes don't matter. */
export const sameCode = (typed: string, code: string): boolean => {
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z2-7]/g, '');
  const a = plain(typed);
  const b = plain(code);
  let differs = a.length ^ b.length;
  for (let i = 0; i < b.length; i += 1) differs |= a.charCodeAt(i % Math.max(a.length, 1)) ^ b.charCodeAt(i);
  return differs === 0;
};
