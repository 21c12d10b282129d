// Decides whether each message went once: every repeat explained by a recorded ambiguity, every evidence true, nobody told of another (I-24 to I-28).
import { readable } from '#console/letter.ts';
import type { Duty, Evidence } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { type ControllerId, controllerId } from '#core/kernel/ids.ts';
import { effectOf, effectOfMessage, mailIdOf } from './effects.ts';
import type { Check, Facts, Taken, Violation } from './facts.ts';

type Effects = ReadonlyMap<string, readonly Taken[]>;

const effectsOf = ({ taken, ledger, configuration }: Facts): Effects => {
  const effects = new Map<string, Taken[]>();
  for (const one of taken) {
    const name = effectOfMessage(one, ledger.incidents, configuration) ?? 'of no duty';
    effects.set(name, [...(effects.get(name) ?? []), one]);
  }
  return effects;
};

const wordOfAPerson = (evidence: Evidence): boolean => evidence.channel.startsWith('word: ') || evidence.channel === 'ledger';

/** What the ledger says was handed over, by effect. */
const provenOf = ({ ledger, configuration }: Facts): ReadonlyMap<string, readonly Evidence[]> => {
  const proven = new Map<string, Evidence[]>();
  for (const duty of ledger.duties)
    for (const evidence of duty.evidence.filter((one) => !wordOfAPerson(one))) {
      const name = effectOf(duty, evidence.channel, configuration);
      proven.set(name, [...(proven.get(name) ?? []), evidence]);
    }
  return proven;
};

/** A ticket desk is asked before a repeat and shows what it took at once: nothing excuses a second ticket. */
const explanations = ({ ambiguities }: Facts, name: string, taken: readonly Taken[]): number =>
  name.startsWith('ticket ') ? 0 : ambiguities.filter((one) => one.effect === name).length + taken.filter((one) => one.dropped).length;

/** More than was proved, and more than kills, stops and broken lines explain. */
const repeats = (facts: Facts): readonly Violation[] => {
  const proven = provenOf(facts);
  return [...effectsOf(facts)].flatMap(([name, taken]): readonly Violation[] => {
    if (name === 'of no duty') return [{ kind: 'message-of-no-duty', about: `${taken.length} messages, the first: ${taken[0]?.sink}` }];
    const explained = explanations(facts, name, taken);
    const known = proven.get(name)?.length ?? 0;
    return taken.length - known <= explained
      ? []
      : [{ kind: 'message-repeated', about: `${name}: taken ${taken.length} times, proved ${known}, explained ${explained}` }];
  });
};

/** Nothing goes out that was not written down as intended before (I-27). */
const unintended = (facts: Facts): readonly Violation[] => {
  const duties = new Map<string, Duty>(facts.ledger.duties.map((duty) => [duty.id, duty]));
  const intended = new Map<string, number>();
  for (const { duty, channel } of facts.ledger.attempts) {
    const owner = duties.get(duty);
    const name = owner ? effectOf(owner, channel, facts.configuration) : '';
    intended.set(name, (intended.get(name) ?? 0) + 1);
  }
  return [...effectsOf(facts)]
    .filter(([name, taken]) => name !== 'of no duty' && taken.length > (intended.get(name) ?? 0))
    .map(([name, taken]) => ({
      kind: 'message-unintended',
      about: `${name}: taken ${taken.length} times, intended ${intended.get(name) ?? 0}`,
    }));
};

const isTrue = (evidence: Evidence, taken: readonly Taken[]): boolean =>
  taken.some(
    (one) =>
      (evidence.providerId === undefined || evidence.providerId === one.id) &&
      (evidence.sha256 === undefined || evidence.sha256 === sha256(Buffer.from(one.text, 'latin1'))),
  );

/** No evidence of what no sink took, and one message stands behind one evidence. */
const invented = (facts: Facts): readonly Violation[] => {
  const effects = effectsOf(facts);
  return [...provenOf(facts)].flatMap(([name, evidence]): readonly Violation[] => {
    const taken = effects.get(name) ?? [];
    const sound = evidence.every((one) => isTrue(one, taken)) && taken.length >= evidence.length;
    return sound ? [] : [{ kind: 'message-missing', about: `${name}: proved ${evidence.length} times, taken ${taken.length}` }];
  });
};

/** A repeat of one mail is the same mail: same id, and a notice the same bytes (D-18). */
const sameBytes = ({ taken, ledger }: Facts): readonly Violation[] => {
  const notices = new Set<string>(ledger.duties.filter((duty) => duty.kind === 'notice').map((duty) => duty.id));
  const first = new Map<string, string>();
  return taken.flatMap((one): readonly Violation[] => {
    const id = one.sink === 'mail' ? mailIdOf(one.text) : undefined;
    if (!id || !notices.has(id.duty)) return [];
    const key = `${id.duty} ${id.round} ${id.channel}`;
    const known = first.get(key) ?? one.text;
    first.set(key, known);
    return known === one.text ? [] : [{ kind: 'notice-changed', about: `${key}: a repeat has other bytes` }];
  });
};

type Notice = { readonly message: Taken; readonly duty: Duty };

const noticesOf = ({ taken, ledger }: Facts): readonly Notice[] => {
  const duties = new Map<string, Duty>(ledger.duties.filter((duty) => duty.kind === 'notice').map((duty) => [duty.id, duty]));
  return taken.flatMap((message) => {
    const duty = message.sink === 'mail' ? duties.get(mailIdOf(message.text)?.duty ?? '') : undefined;
    return duty ? [{ message, duty }] : [];
  });
};

/** A notice goes to its controller's own contact and names nobody else; what is no notice goes to no controller. */
const leaks = (facts: Facts): readonly Violation[] => {
  const all = [...facts.configuration.directory.controllers.values()];
  const ownerOf = new Map<string, ControllerId>(all.flatMap((one) => one.contacts.map((contact) => [contact.mail, one.id] as const)));
  const notices = new Map(noticesOf(facts).map(({ message, duty }) => [message, duty]));
  return facts.taken.flatMap((message): readonly Violation[] => {
    const duty = notices.get(message);
    const strangers = all.filter((one) => one.id !== duty?.recipient);
    const owners = message.to.map((to) => ownerOf.get(to));
    const addressed = duty ? message.to.length === 1 && owners[0] === duty.recipient : owners.every((owner) => owner === undefined);
    if (!addressed) return [{ kind: 'wrong-recipient', about: `${message.sink} ${message.id} went to ${message.to.join(', ')}` }];
    const words = message.sink === 'mail' ? readable(Buffer.from(message.text, 'latin1')) : message.text;
    return strangers
      .filter((one) => words.includes(one.name) || one.contacts.some((contact) => words.includes(contact.mail)))
      .map((one) => ({ kind: 'names-another', about: `${message.sink} ${message.id} names ${one.id}` }));
  });
};

const isReleased = (incident: Incident | undefined, duty: Duty, { acts }: Facts): boolean => {
  const release = incident?.releases.find((one) => one.controller === controllerId(duty.recipient) && one.as === duty.step);
  if (!release) return false;
  return release.actor.by === 'machine' || acts.some((act) => act.incident === incident?.id && act.what === 'confirm');
};

/** Nobody gets a notice that nobody, and no term, let go. */
const unreleased = (facts: Facts): readonly Violation[] => {
  const incidents = new Map<string, Incident>(facts.ledger.incidents.map((one) => [one.id, one]));
  return noticesOf(facts)
    .filter(({ duty }) => !isReleased(incidents.get(duty.incident ?? ''), duty, facts))
    .map(({ message, duty }) => ({ kind: 'notice-without-release', about: `${message.id} to ${duty.recipient}, ${duty.step}` }));
};

export const messagesOnce: Check = (facts) => [
  ...repeats(facts),
  ...unintended(facts),
  ...invented(facts),
  ...sameBytes(facts),
  ...leaks(facts),
  ...unreleased(facts),
];
