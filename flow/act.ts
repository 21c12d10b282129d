// What happens when a duty acts: intent first, then each channel by itself, so that one dead channel silences no other (case 23).
import { mayAct } from '#core/duty/claim.ts';
import { type Duty, type Evidence, sendingsOf } from '#core/duty/duty.ts';
import type { Act } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import { unreachable } from '#core/kernel/result.ts';
import { safeId } from '#core/kernel/safe.ts';
import { createOwed } from './create-owed.ts';
import { tellReference } from './goes-on.ts';
import { notifyController } from './notify.ts';
import { consultOfficer, pageRoles } from './page.ts';
import { PortError, type World } from './ports.ts';
import { openTicket } from './ticket.ts';
import { type Sink, trustIn } from './trust.ts';
import type { Try, Turn } from './turn.ts';
import { failureOf } from './failure.ts';
import { withdrawFrom } from './withdraw.ts';

let loading: Promise<typeof import('./tell-disturbance.ts')> | undefined;
/** Loaded with the first outage: else every function that tells people would carry these words to each of its starts (D-23). */
export const outageWords = (): Promise<typeof import('./tell-disturbance.ts')> => {
  loading ??= import('./tell-disturbance.ts');
  return loading;
};

/** The claim ran out between two effects: stop, somebody else may have it by now. */
class Fenced extends Error {
  override readonly name = 'Fenced';
}

/**
 * Directly before every effect, behind everything else that took time: a worker that froze over its intent, or while a mail was
 * kept, wakes up with its claim lost and does nothing (I-16). Nobody can reach a sink without passing here; so here it is asked whether
 * its channel may be trusted (P-13).
 */
const fencedSinks = (world: World, duty: Duty): World => {
  const trust = trustIn(world);
  const fenced = async <T>(sink: Sink, effect: () => Promise<T>, to?: string): Promise<T> => {
    if (trust) await trust.demand(sink, to);
    if (!mayAct(duty, world.clock.now())) throw new Fenced();
    return effect();
  };
  return {
    ...world,
    mailer: { send: (...mail) => fenced('mailer', () => world.mailer.send(...mail), mail[1].to) },
    pager: { page: (...page) => fenced('pager', () => world.pager.page(...page)) },
    // Asked for only where a ticket is owed: most functions were granted none, and to reach for it there is a defect that says so.
    get tickets() {
      const { tickets } = world;
      return {
        ...tickets,
        // A search is no effect, and names the incident all the same.
        ...(trust && {
          find: async (...asked: Parameters<typeof tickets.find>) => {
            await trust.demand('tickets');
            return tickets.find(...asked);
          },
        }),
        open: (...ticket: Parameters<typeof tickets.open>) => fenced('tickets', () => tickets.open(...ticket)),
      };
    },
  };
};

/** Which repeat of the same duty this is: a reminder is a new effect, a retry is not. */
const round = (duty: Duty): number => sendingsOf(duty).length;

/** Whose turn it is; what is about a source belongs to no incident. */
type Claimed = Pick<Turn, 'duty' | 'timeout'> & { readonly incident?: Turn['incident'] };

/** One effect on one channel: self-fence, intent, act, evidence. What the world throws becomes a value. */
const tryOn =
  (world: World, turn: Claimed): Try =>
  async (channel, effect) => {
    if (!mayAct(turn.duty, world.clock.now())) throw new Fenced();
    await world.ledger.intend({ duty: turn.duty.id, subject: turn.duty.subject, gen: turn.duty.gen, channel, intentAt: world.clock.now() });
    try {
      const done = await effect({
        key: `${turn.duty.id}.${round(turn.duty)}.${channel}`,
        duty: turn.duty.id,
        ...(turn.incident === undefined ? {} : { incident: turn.incident.id }),
        signal: world.limits.after(turn.timeout),
      });
      const evidence: Evidence = {
        at: world.clock.now(),
        channel,
        via: done.via,
        ...(done.providerId === undefined ? {} : { providerId: done.providerId }),
        ...(done.sha256 === undefined ? {} : { sha256: done.sha256 }),
      };
      return { ok: true, evidence: [evidence] };
    } catch (cause) {
      return failure(world, turn.duty, cause);
    }
  };

const failure = (world: World, duty: Duty, cause: unknown): ActResult => {
  if (cause instanceof Fenced) throw cause;
  if (cause instanceof PortError) {
    world.log.warn('effect-failed', {
      duty: safeId(duty.id),
      ...failureOf(cause),
    });
    return {
      ok: false,
      kind: cause.kind === 'unknown-version' ? 'again' : cause.kind,
      reason: `${cause.port}: ${cause.message}`,
      evidence: [],
      ...(cause.retryAfter === undefined ? {} : { retryAfter: cause.retryAfter }),
    };
  }
  world.log.error('effect-crashed', { duty: safeId(duty.id), ...failureOf(cause) });
  return { ok: false, kind: 'again', reason: 'a fault of ours; see the log of that minute', evidence: [] };
};

/** Nothing goes outside, so there is no intent: making it again makes the same duties. */
const createDuties = async (world: World, { duty, incident }: Turn): Promise<ActResult> => {
  const { made, complete } = await createOwed(world, incident.id, { fence: duty, goOn: () => mayAct(duty, world.clock.now()) });
  return complete
    ? { ok: true, evidence: [{ at: world.clock.now(), channel: 'ledger', via: 'provider' }] }
    : { ok: false, kind: 'again', reason: `${made} duties made, not all yet`, evidence: [] };
};

const dispatch = (world: World, turn: Turn, attempt: Try): Promise<ActResult> => {
  const what: Act = turn.plan.act;
  switch (what.type) {
    case 'page':
      return pageRoles(world, { ...turn, act: what, attempt });
    case 'consult':
      return consultOfficer(world, { ...turn, attempt });
    case 'ticket':
      return openTicket(world, { ...turn, attempt });
    case 'reference':
      return tellReference(world, { ...turn, act: what, attempt });
    case 'create':
      return createDuties(world, turn);
    case 'notice':
      return notifyController(world, { ...turn, act: what, attempt });
    case 'disturbance':
      return outageWords().then(({ tellDisturbance }) => tellDisturbance(world, { ...turn, act: what, attempt }));
    case 'withdrawal':
      return withdrawFrom(world, { ...turn, act: what, attempt });
    default:
      return unreachable(what);
  }
};

/** Under the claim of its duty. `fenced`: the claim ran out, nothing may be written. */
export const underClaim = async (
  world: World,
  turn: Claimed,
  deed: (world: World, attempt: Try) => Promise<ActResult>,
): Promise<ActResult | 'fenced'> => {
  const fenced = fencedSinks(world, turn.duty);
  try {
    return await deed(fenced, tryOn(fenced, turn));
  } catch (cause) {
    if (cause instanceof Fenced) return 'fenced';
    throw cause;
  }
};

/** Carries the plan's act out. */
export const act = (world: World, turn: Turn): Promise<ActResult | 'fenced'> =>
  underClaim(world, turn, (fenced, attempt) => dispatch(fenced, turn, attempt));
