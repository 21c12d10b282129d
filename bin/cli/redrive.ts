// Sends dead letters back to the queue that they came from.
import type { DeadLetters, Letter } from '#adapters/aws/dead-letters.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { between, durationText, rfc3339 } from '#core/kernel/time.ts';
import { CliFailure, CliUse, type Command, print, readWords } from './command.ts';
import { type NamedQueue, deadLettersIn, findDeployment, operating, placeHelp, placeOf, placeOptions, workQueuesIn } from './deployment.ts';

const options = { ...placeOptions, max: { type: 'string' }, show: { type: 'boolean' } } as const;

/** Invocations that failed: the next one does the same work, so there is nowhere to send them to. */
const invocations = /^failed-/;

/** Age, tries and id; what a letter says may be personal data. */
const lineOf = ({ id, sentAt, receives, body }: Letter, show: boolean): string => {
  const age = durationText(between(sentAt, systemClock().now()));
  return `  ${rfc3339(sentAt)}  ${age.padEnd(14)}  received ${receives} time(s)  ${id}${show ? `\n    ${body}` : ''}`;
};

const mostOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new CliUse(`--max ${text}: a whole number from 1 was expected.`);
  return Number(text);
};

type Way = {
  readonly from: NamedQueue;
  /** Where a letter belongs; undefined: it stays. */
  readonly target: (letter: Letter) => string | undefined;
  /** SQS itself knows the way back, because the letters came from a queue. */
  readonly known: boolean;
};

const lastPart = (text: string): string => text.split(/[:/]/).at(-1) ?? '';

/** What EventBridge could not deliver bears the address of its target; only what was meant for one of our queues can go there. */
const wayOf = (from: NamedQueue, queues: readonly NamedQueue[]): Way => {
  const own = queues.find(({ name }) => name === from.name);
  if (own) return { from, target: () => own.url, known: true };
  const target = (letter: Letter): string | undefined => {
    const arn = letter.attributes['TARGET_ARN']?.StringValue;
    return arn?.includes(':sqs:') ? queues.find(({ url }) => lastPart(url) === lastPart(arn))?.url : undefined;
  };
  return { from, target, known: false };
};

const movesTake = 10 * 60_000;
const lookEvery = 2_000;
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** By SQS itself where all are to go; undefined where this SQS can't, or goes on by itself. */
const byTask = async (letters: DeadLetters, arn: string): Promise<'absent' | 'goes-on' | number> => {
  if ((await letters.startMove(arn)) === 'absent') return 'absent';
  for (let waited = 0; waited < movesTake; waited += lookEvery) {
    const found = await letters.moved(arn);
    if (found.failure !== undefined)
      throw new CliFailure(`SQS stopped after ${found.moved}: ${found.failure}. What was moved is moved; redrive again.`);
    if (found.done) return found.moved;
    await sleep(lookEvery);
  }
  return 'goes-on';
};

const move = async (
  letters: DeadLetters,
  way: Way,
  { arn, most }: { readonly arn: string; readonly most: { readonly all: number; readonly given: number | undefined } },
): Promise<string> => {
  const { name } = way.from;
  if (way.known && most.given === undefined) {
    const task = await byTask(letters, arn);
    if (task === 'goes-on') return `SQS goes on moving them to ${name}; look again later with art33 doctor.`;
    if (task !== 'absent') return `Moved ${task} to ${name}.`;
  }
  // What fails again while we move comes back here, and must not go round.
  const { moved, left } = await letters.moveSome(way.from.url, way.target, Math.min(most.given ?? most.all, most.all));
  const stayed =
    left === 0
      ? ''
      : ` ${left} stay: they were not taken, or were meant for no queue of ours. Look at them with --show, and at docs/runbook.md.`;
  return `Moved ${moved} to ${way.known ? name : 'the queues they were meant for'}.${stayed}`;
};

export const redriveCommand: Command = {
  name: 'redrive',
  summary: 'send dead letters back to their queue',
  help: `art33 redrive QUEUE --stage S [--region R] [--max N] [--show]
  Shows some of the oldest dead letters of QUEUE (assess, notify, page, ticket, other, receive, undelivered), then moves them back.
  Mend the cause first: docs/runbook.md has an article for each queue. A letter may come twice; every stage bears that.
  --max N: move at most so many. --show: print what they say, too; it may be personal data.
  ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    const [name, more] = positionals;
    if (name === undefined || more !== undefined) throw new CliUse('redrive takes one queue: art33 redrive QUEUE --stage S.');
    const place = placeOf('redrive', values);
    const given = mostOf(values.max);
    return operating(async () => {
      const { deadLetterClient, sqsDeadLetters } = await import('#adapters/aws/dead-letters.ts');
      const deployment = await findDeployment(place);
      const all = deadLettersIn(deployment);
      const from = all.find((one) => one.name === name);
      if (!from) throw new CliUse(`there are no dead letters of ${name}; there are ${all.map((one) => one.name).join(', ')}.`);
      const letters = sqsDeadLetters(deadLetterClient(place.region));
      const { arn, visible, hidden } = await letters.depth(from.url);
      print(`${name}: ${visible} dead letter(s)${hidden > 0 ? `, and ${hidden} that somebody looks at just now` : ''}.`);
      if (visible === 0) return 0;
      const seen = await letters.look(from.url);
      for (const letter of [...seen].sort((a, b) => a.sentAt - b.sentAt)) print(lineOf(letter, values.show === true));
      if (invocations.test(name))
        throw new CliFailure(
          `${name} holds invocations that failed. They go nowhere: the next one does the same work. See docs/runbook.md.`,
        );
      print(await move(letters, wayOf(from, workQueuesIn(deployment)), { arn, most: { all: visible, given } }));
      return 0;
    });
  },
};
