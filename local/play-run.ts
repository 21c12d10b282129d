// Decides how a story is played to its end, and what it came to: the highest outcome, the cases, and how often somebody was newly called (D-17).
import { type Duty, sendingsOf } from '#core/duty/duty.ts';
import { againStep } from '#core/duty/spec.ts';
import { summarise } from '#core/incident/fold.ts';
import { type Incident, type Outcome, outcomes } from '#core/incident/incident.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { type Instant, earliest, hours, plus, seconds } from '#core/kernel/time.ts';
import { audit } from '#flow/audit.ts';
import { type Delivery, ingestDelivery } from '#flow/ingest.ts';
import type { Log, Receipt, World } from '#flow/ports.ts';
import { readState } from '#flow/report.ts';
import { watchSources } from '#flow/watch-sources.ts';
import { openRounds, workOff } from './loops.ts';
import type { InForce } from './node.ts';
import type { Arrival, Story } from './play-story.ts';
import { type Left, type PlayWorld, openPlayWorld } from './play-world.ts';

/** What `play --json` prints last. */
export type Ending = { readonly outcome: Outcome; readonly incidents: number; readonly pages: number };

/** What became of one delivery's raw events. */
export type Taken = { readonly arrival: Arrival; readonly receipts: readonly Receipt[] };

export type Told = {
  readonly ending: Ending;
  readonly taken: readonly Taken[];
  /** Cases that live on; a merged one is part of another. */
  readonly incidents: readonly Incident[];
  /** Calls that count, by their duty: the first of a chain, and each for something new. */
  readonly calls: readonly Duty[];
  readonly left: readonly Left[];
};

/** Nobody answers for so long after the last event. */
const silence = hours(24);

/**
 * The quarter of an hour after something came is audited as on any machine. While only silence goes on, what is expected of sources is
 * looked at, and the whole once more at the end.
 */
const openAudits = ({ world }: PlayWorld) => {
  let isNews = false;
  return {
    hear: (): void => {
      isNews = true;
    },
    now: async (): Promise<void> => {
      await (isNews ? audit(world) : watchSources(world));
      isNews = false;
    },
  };
};

type Playing = PlayWorld & {
  readonly rounds?: ReturnType<typeof openRounds>;
  readonly audits?: ReturnType<typeof openAudits>;
};

/** Works off each wake-up at its own hour, and what comes round, up to this one. A minute in which nothing wakes needs no tick. */
const runTo = async (play: Playing, until: Instant): Promise<void> => {
  const { rounds, world } = play;
  for (;;) {
    const wake = await world.ledger.nextWake();
    const next = earliest(...[wake, rounds?.auditAt()].filter((at) => at !== undefined), plus(until, seconds(1)));
    if (next > until) break;
    play.windTo(next);
    if (wake !== undefined && wake <= next) {
      await workOff(play);
      await rounds?.tickInTime();
    }
    await rounds?.auditInTime();
  }
  play.windTo(until);
};

/** What was split when it came is not split again. */
const ingestWhole = async ({ evidence, queues }: World, { source, id, bytes, received }: Delivery): Promise<{ readonly stored: 1 }> => {
  const rawRef = `raw/${source}/${sha256(bytes)}`;
  await evidence.put(rawRef, source, bytes, received);
  await queues.sendRaw([{ source, delivery: `${id}#0`, rawRef, received }]);
  return { stored: 1 };
};

const receive = async (play: Playing, arrival: Arrival, nth: number): Promise<Taken> => {
  const { at, source, bytes } = arrival;
  const delivery = { source, id: `story:${nth}`, bytes, received: at };
  const { stored } = arrival.whole ? await ingestWhole(play.world, delivery) : await ingestDelivery(play.world, delivery);
  play.audits?.hear();
  await workOff(play);
  const receipts: Receipt[] = [];
  for (let i = 0; i < stored; i += 1) {
    const receipt = await play.world.ledger.receipt(source, `story:${nth}#${i}`);
    if (receipt) receipts.push(receipt);
  }
  return { arrival, receipts };
};

/** What the signs themselves say (D-4). That nobody answered makes a case suspected (D-5), and is no sign. */
const classified = (incident: Incident): Outcome => summarise(incident.findings).outcome;

const highest = (all: readonly Outcome[]): Outcome =>
  all.reduce((most, one) => (outcomes.indexOf(one) > outcomes.indexOf(most) ? one : most), 'none');

/** A call that went out and begins something: the chain, or what is new in a case that was called for already. */
const isNewCall = (duty: Duty): boolean =>
  duty.kind === 'call' && (duty.step === '0' || duty.step.startsWith(againStep)) && sendingsOf(duty).length > 0;

const played = async (play: Playing, story: Story): Promise<Told> => {
  const taken: Taken[] = [];
  for (const [nth, arrival] of story.arrivals.entries()) {
    await runTo(play, arrival.at);
    taken.push(await receive(play, arrival, nth));
  }
  const last = story.arrivals.at(-1);
  if (last) await runTo(play, plus(last.at, silence));
  if (play.audits) {
    await audit(play.world);
    await workOff(play);
  }
  const { incidents, duties } = await readState(play.world.ledger);
  const calls = duties.filter(isNewCall);
  const ending = { outcome: highest(incidents.map(classified)), incidents: incidents.length, pages: calls.length };
  return { ending, taken, incidents, calls, left: play.left };
};

/** Plays a story in an empty world of its own, with the whole flow, until a day after its last event. */
export const playStory = async (story: Story, inForce: InForce, log: Log): Promise<Told> => {
  const [first] = story.arrivals;
  if (!first) return { ending: { outcome: 'none', incidents: 0, pages: 0 }, taken: [], incidents: [], calls: [], left: [] };
  const play = await openPlayWorld(inForce, first.at, log);
  try {
    if (story.audited === false) return await played(play, story);
    const audits = openAudits(play);
    return await played({ ...play, audits, rounds: openRounds(play, audits.now) }, story);
  } finally {
    play.close();
  }
};
