// Decides how signals come to the door: posted until they are answered, as senders do, and every try remembered.
import { sha256 } from '#core/kernel/hash.ts';
import { splitBatch } from '#core/signal/split.ts';
import { shipped } from '../core/signal/shipped.ts';
import { ask } from '../local/process.ts';
import type { Sent, Violation } from './check/facts.ts';
import type { Post } from './cast.ts';

const encoder = new TextEncoder();

/** Where the bytes of each raw event of a body are to lie. */
export const refsOf = ({ source, body }: Post): readonly string[] => {
  const reader = shipped.readers.get(source);
  const split = reader && splitBatch(reader, encoder.encode(body));
  if (!split?.ok) throw new Error(`the soak's own ${source} body can't be read`);
  return split.value.map(
    (event) => `raw/${source}/${sha256(encoder.encode(event.json === undefined ? event.text : JSON.stringify(event.json)))}`,
  );
};

export type Senders = {
  /** Posts one body; what is not answered goes to the end of the line. */
  readonly post: (port: number, token: string, post: Post) => Promise<void>;
  readonly unanswered: Post[];
  readonly sent: readonly Sent[];
  readonly answered: readonly Post[];
  readonly wrong: readonly Violation[];
};

export const openSenders = (): Senders => {
  const sent: Sent[] = [];
  const answered: Post[] = [];
  const unanswered: Post[] = [];
  const wrong: Violation[] = [];
  const note = (post: Post, isAnswered: boolean): void => {
    for (const rawRef of refsOf(post)) sent.push({ source: post.source, rawRef, answered: isAnswered });
    (isAnswered ? answered : unanswered).push(post);
  };
  return {
    sent,
    answered,
    unanswered,
    wrong,
    post: async (port, token, post) => {
      const asked = ask(port, `/signals/${post.source}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: post.body,
      });
      const answer = await asked.catch(() => undefined);
      // An answer that was cut in its head tells the sender nothing.
      if (answer?.status !== 202) {
        if (answer) wrong.push({ kind: 'door-refused', about: `${post.source}: answered ${answer.status}` });
        return note(post, false);
      }
      note(post, true);
      const stored = /"stored":(\d+)/.exec(answer.text)?.[1];
      if (stored !== undefined && Number(stored) !== refsOf(post).length)
        wrong.push({ kind: 'door-miscounted', about: `${post.source}: ${refsOf(post).length} events sent, ${stored} stored` });
    },
  };
};
