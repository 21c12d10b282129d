// Decides who is signed in on one machine: whoever opened the link that this start printed, under the name chosen then (D-11).
import { randomBytes } from 'node:crypto';
import type { PersonId } from '#core/kernel/ids.ts';
import type { Session, Sessions } from '#console/deps.ts';
import { sameWord } from '#console/guard.ts';

const word = (): string => randomBytes(24).toString('base64url');

/** One browser, one person, named before: nobody chooses to be another. Past `until` nobody is in. */
export const sessionsOf = (person: PersonId, open: () => boolean): Sessions & { readonly once: string } => {
  const { once, enter, find, choose } = localSessions();
  return {
    once,
    enter: (given) => {
      const session = open() ? enter(given) : undefined;
      if (session) choose(session.id, person);
      return session;
    },
    find: (id) => (open() ? find(id) : undefined),
    choose: () => undefined,
  };
};

/** Sessions live as long as the process; `once` opens one browser. */
export const localSessions = (): Sessions & { readonly once: string } => {
  const once = word();
  let used = false;
  const sessions = new Map<string, Session>();
  return {
    once,
    enter: (given) => {
      if (used || !sameWord(given, once)) return undefined;
      used = true;
      const session: Session = { id: word(), formToken: word() };
      sessions.set(session.id, session);
      return session;
    },
    find: (id) => (id === undefined ? undefined : sessions.get(id)),
    choose: (id, person: PersonId) => {
      const session = sessions.get(id);
      if (session) sessions.set(id, { ...session, person });
    },
  };
};
