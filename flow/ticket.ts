// What happens when a ticket is owed: one per incident, looked for before a repeat (D-20, F-44).
import { untilSearchable } from '#core/duty/claim.ts';
import type { ActResult } from '#core/duty/settle.ts';
import { safe, safeId } from '#core/kernel/safe.ts';
import { ticketText } from '#core/notice/page-text.ts';
import type { Try, Turn } from './turn.ts';
import type { World } from './ports.ts';

export const openTicket = async (world: World, turn: Turn & { readonly attempt: Try }): Promise<ActResult> => {
  const tried = turn.duty.attempts > 1 ? await world.ledger.attemptsOf(turn.duty) : [];
  const retryAfter = world.tickets.findsAtOnce ? undefined : untilSearchable(tried, world.clock.now());
  if (retryAfter !== undefined)
    return { ok: false, kind: 'again', reason: 'an earlier try may have made it; search does not show it yet', retryAfter, evidence: [] };
  const { title, lines, link } = ticketText(turn.incident, world.directory.current().configuration, world.clock.now());
  const label = safe`art33-${safeId(turn.incident.id)}`;
  return turn.attempt('ticket', async (effect) => {
    const found = tried.length > 0 ? await world.tickets.find(label, effect) : undefined;
    return found ?? world.tickets.open({ summary: title, lines, link, label }, effect);
  });
};
