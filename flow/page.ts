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

/** What is said, and under which reference. */
type Said = { readonly text: OutwardText; readonly reference: Safe; readonly attempt: Try };

const onSlack = (world: World, { text, attempt }: Said, person: Person): Promise<ActResult> =>
  attempt(`slack.${person.id}`, (effect) => world.pager.page({ ...text, to: person.name }, effect));

const onMail = (world: World, { text, reference, attempt }: Said, person: Person): Promise<ActResult> =>
  attempt(`mail.${person.id}`, (effect) =>
    sendMail(world, {
      to: person.mail,
      subject: text.title,
      text: safe`${safeJoin([...text.lines, '' as Safe, text.link], '\n' as Safe)}\n`,
      incident: reference,
      effect,
    }),
  );

const channels: Readonly<Record<PersonChannel, typeof onSlack>> = { slack: onSlack, mail: onMail };

/** One person: stops at the first channel that took it, unless all are wanted. */
const reachPerson = async (world: World, said: Said, person: Person, reach: PageTurn['act']['reach']): Promise<readonly ActResult[]> => {
  const results: ActResult[] = [];
  for (const channel of person.channels) {
    const result = await channels[channel](world, said, person);
    results.push(result);
    if (result.ok && reach === 'first') break;
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

const reachRoles = async (world: World, said: Said, { roles, reach }: Pick<PageTurn['act'], 'roles' | 'reach'>): Promise<ActResult> => {
  const { directory } = world.directory.current().configuration;
  const people = new Map(roles.flatMap((role: RoleName) => peopleOf(directory, role)).map((person) => [person.id, person]));
  const results: ActResult[] = [];
  for (const person of people.values()) results.push(...(await reachPerson(world, said, person, reach)));
  return together(results);
};

export const pageRoles = (world: World, { act, incident, attempt }: PageTurn): Promise<ActResult> => {
  const text = pageText(act.topic, incident, world.directory.current().configuration, world.clock.now());
  return reachRoles(world, { text, reference: safeReference(incident.id), attempt }, act);
};

/** Whoever owns a source hears of it on the first channel that works. It is about no incident. */
export const tellOwner = (world: World, owner: RoleName, text: OutwardText, attempt: Try): Promise<ActResult> =>
  reachRoles(world, { text, reference: safe`ART33-SOURCE`, attempt }, { roles: [owner], reach: 'first' });

/** A role is told on all channels of all its people: one of them may be in other hands. It is about no incident. */
export const tellEverywhere = (world: World, role: RoleName, text: OutwardText, attempt: Try): Promise<ActResult> =>
  reachRoles(world, { text, reference: safe`ART33-ACCESS`, attempt }, { roles: [role], reach: 'all' });

/** The external data protection officer is asked by mail; the code in it opens this incident and nothing else (D-5, D-11). */
export const consultOfficer = async (world: World, turn: Turn & { readonly attempt: Try }): Promise<ActResult> => {
  const { configuration } = world.directory.current();
  const [officer] = peopleOf(configuration.directory, 'dpo');
  if (!officer) return { ok: false, kind: 'refused', reason: 'nobody bears the role dpo', evidence: [] };
  const code = fromConfiguration(codeFor(world, turn.incident.id, 'dpo'));
  const text = consultText(turn.incident, configuration, { now: world.clock.now(), code });
  return onMail(world, { text, reference: safeReference(turn.incident.id), attempt: turn.attempt }, officer);
};
