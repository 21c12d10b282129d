// What happens when people of the house are to hear of an incident: each on the first channel that works, or on all of them.
import type { Person, PersonChannel, RoleName } from '#core/directory/directory.ts';
import { peopleOf } from '#core/directory/lookup.ts';
import type { Act } from '#core/duty/turn.ts';
import type { ActResult } from '#core/duty/settle.ts';
import { type Safe, fromConfiguration, safe, safeJoin, safeReference } from '#core/kernel/safe.ts';
import { consultText, type OutwardText, pageText } from '#core/notice/page-text.ts';
import type { Try, Turn } from './turn.ts';
import { durationOf } from '#core/kernel/time.ts';
import { codeFor } from './code.ts';
import type { World } from './ports.ts';
import { sendMail } from './send-mail.ts';

type PageTurn = Turn & { readonly act: Extract<Act, { readonly type: 'page' }>; readonly attempt: Try };

const onSlack = (world: World, turn: Turn & { readonly attempt: Try }, person: Person, text: OutwardText): Promise<ActResult> =>
  turn.attempt(`slack.${person.id}`, (effect) => world.pager.page({ ...text, to: person.name }, effect));

const onMail = (world: World, turn: Turn & { readonly attempt: Try }, person: Person, text: OutwardText): Promise<ActResult> =>
  turn.attempt(`mail.${person.id}`, (effect) =>
    sendMail(world, {
      to: person.mail,
      subject: text.title,
      text: safe`${safeJoin([...text.lines, '' as Safe, text.link], '\n' as Safe)}\n`,
      incident: safeReference(turn.incident.id),
      effect,
    }),
  );

const channels: Readonly<Record<PersonChannel, typeof onSlack>> = { slack: onSlack, mail: onMail };

/** One person: stops at the first channel that took it, unless all are wanted. */
const reachPerson = async (world: World, turn: PageTurn, person: Person, text: OutwardText): Promise<readonly ActResult[]> => {
  const results: ActResult[] = [];
  for (const channel of person.channels) {
    const result = await channels[channel](world, turn, person, text);
    results.push(result);
    if (result.ok && turn.act.reach === 'first') break;
  }
  return results;
};

/** Reached when any channel of anybody took it; else the mildest failure speaks, because it may pass. */
const together = (results: readonly ActResult[]): ActResult => {
  const evidence = results.flatMap((result) => (result.ok ? result.evidence : []));
  if (evidence.length > 0) return { ok: true, evidence };
  const failed = results.filter((result) => !result.ok);
  const mildest = failed.find((f) => f.kind !== 'refused') ?? failed[0];
  if (!mildest) return { ok: false, kind: 'refused', reason: 'nobody bears this role, or none of them has a channel', evidence: [] };
  // All of them are tried again together, so the one that asks to wait longest is heard (F-42).
  const retryAfter = Math.max(...failed.map((f) => f.retryAfter ?? 0));
  return retryAfter > 0 ? { ...mildest, retryAfter: durationOf(retryAfter) } : mildest;
};

export const pageRoles = async (world: World, turn: PageTurn): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const text = pageText(turn.act.topic, turn.incident, configuration, world.clock.now());
  const people = new Map(
    turn.act.roles.flatMap((role: RoleName) => peopleOf(configuration.directory, role)).map((person) => [person.id, person]),
  );
  const results: ActResult[] = [];
  for (const person of people.values()) results.push(...(await reachPerson(world, turn, person, text)));
  return together(results);
};

/** The external data protection officer is asked by mail; the code in it opens this incident and nothing else (D-5, D-11). */
export const consultOfficer = async (world: World, turn: Turn & { readonly attempt: Try }): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const [officer] = peopleOf(configuration.directory, 'dpo');
  if (!officer) return { ok: false, kind: 'refused', reason: 'nobody bears the role dpo', evidence: [] };
  const code = fromConfiguration(codeFor(world, turn.incident.id, 'dpo'));
  return onMail(world, turn, officer, consultText(turn.incident, configuration, { now: world.clock.now(), code }));
};
