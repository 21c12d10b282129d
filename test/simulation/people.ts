// Decides what people do when they come to it: each tries until the house has taken their word, as one does with a page that failed.
import type { Duty } from '#core/duty/duty.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { noticeTerm } from '#core/clock/deadline.ts';
import { type Command, holdAtMost } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { type PersonId, controllerId, personId } from '#core/kernel/ids.ts';
import { type Instant, earliest, hours, plus } from '#core/kernel/time.ts';
import { command } from '#flow/change.ts';
import { receive } from '#flow/receive.ts';
import { restoreService } from '#flow/restore-service.ts';
import type { World } from '#flow/ports.ts';
import type { Doing } from './story.ts';

const lead = { by: 'person' as const, person: personId('malik-brandt'), role: 'incident-lead' };
const sysop = { by: 'person' as const, person: personId('tomke-harms'), role: 'sysop' };
const holders: readonly PersonId[] = [personId('malik-brandt'), personId('greta-vogt')];

const termOf = (world: World, incident: Incident, at: Instant): Instant => {
  const { directory, policy } = world.directory.current().configuration;
  const terms = incident.controllers.flatMap((id) => {
    const controller = directory.controllers.get(id);
    return (controller && noticeTerm(incident, controller, policy)) ?? [];
  });
  return terms.length === 0 ? plus(at, hours(24)) : earliest(...terms);
};

const commandOf = (world: World, what: Doing, incident: Incident, at: Instant): Command | undefined => {
  switch (what) {
    case 'acknowledge':
      return { type: 'Acknowledge', at, actor: sysop };
    case 'confirm':
    case 'confirm-only':
      return {
        type: 'Confirm',
        at,
        since: at,
        how: 'read in the access log',
        actor: lead,
        release: what === 'confirm',
        reason: 'seen by another',
      };
    case 'refute':
      return { type: 'Refute', at, actor: lead, evidence: 'The access log of that hour is whole and shows our own export.' };
    case 'release':
      return { type: 'Release', at, actor: lead };
    case 'hold': {
      const term = termOf(world, incident, at);
      const by = holders[incident.hold?.by === holders[0] ? 1 : 0] as PersonId;
      return {
        type: 'Hold',
        at,
        reason: 'two facts are being checked',
        until: earliest(plus(at, holdAtMost), term),
        by,
        atMost: holdAtMost,
        term,
      };
    }
    case 'advise':
      return { type: 'Advise', at, text: 'Tell them early; the risk is not low.' };
    case 'identify':
      return { type: 'Identify', at, actor: lead, controllers: [controllerId('clinic-portal')], reason: 'the bucket bears its name' };
    case 'contain':
      return { type: 'Contain', at, actor: lead };
    default:
      return undefined;
  }
};

/** A word about one duty: a person did what was asked, or heard from the controller that the notice is there. */
const wordOn = async (world: World, duty: Duty, what: 'done' | 'delivered'): Promise<void> => {
  await receive(world, { duty, what, by: { person: lead.person, how: 'telephone' } });
};

/** Whoever looks at the machine says that it is back, whichever case they stand on. */
const restored = async (world: World, { incidents }: Seen): Promise<undefined> => {
  for (const { id, disturbances = [] } of incidents)
    for (const { key } of disturbances)
      await restoreService(world, { id, actor: lead, key, restoredAt: world.clock.now(), effect: 'unreachable', how: 'looked at it' });
  return undefined;
};

export type Seen = { readonly incidents: readonly Incident[]; readonly duties: readonly Duty[] };

/** One visit: what there is to do, done. A refusal is an answer. */
export const visit = async (world: World, what: Doing, which: number, seen: Seen): Promise<Incident | undefined> => {
  if (what === 'restored') return restored(world, seen);
  if (what === 'done' || what === 'received') {
    const waiting = seen.duties.filter((duty) =>
      what === 'done' ? duty.kind === 'human' && !isTerminal(duty.state) : duty.kind === 'notice' && duty.state === 'SENT',
    );
    const duty = waiting[which % Math.max(waiting.length, 1)];
    if (duty) await wordOn(world, duty, what === 'done' ? 'done' : 'delivered');
    return undefined;
  }
  const incident = seen.incidents[which % Math.max(seen.incidents.length, 1)];
  if (!incident) return undefined;
  const told = await command(
    world,
    incident.id,
    (current, at) => commandOf(world, what, current, at) ?? { type: 'Acknowledge', at, actor: sysop },
  );
  return told.ok ? told.value : undefined;
};
