// Takes a report down on the command line: somebody tells of a breach, and a person looks at it within the hour (P-8).
import { randomUUID } from 'node:crypto';
import { reportReference } from '#core/kernel/ids.ts';
import { type Report, type Reporter, reporters } from '#core/signal/report-form.ts';
import { type SentEvent, storeEvents } from '#local/commands.ts';
import { CliUse, type Command, dataDirFor, personOf, print, readWords, withStore } from './command.ts';

const who = Object.keys(reporters).join('|');

const reporterOf = (word: string): Reporter => {
  if (!Object.hasOwn(reporters, word)) throw new CliUse(`--from ${word}: write one of ${who}.`);
  return word as Reporter;
};

/** Who answers for what was taken down. */
const takenBy = (word: string | undefined): string => {
  if (word === undefined) throw new CliUse('report needs --as PERSON: who takes it down, by the id in people.yml.');
  return personOf(word);
};

const textOf = (positionals: readonly string[]): string => {
  const [text, second] = positionals;
  if (text === undefined || text.trim() === '') throw new CliUse('report needs what happened, in quotes: art33 report --as PERSON "…".');
  if (second !== undefined) throw new CliUse('report takes one text; put it in quotes.');
  return text;
};

export const reportCommand: Command = {
  name: 'report',
  summary: 'tell of a breach: a person looks at it within the hour',
  help: `art33 report --as PERSON "what happened" [--from ${who}] [--caller NAME] [--call-back NUMBER] [--controller ID] [--sub-processor ID] [--json] [--data DIR]
  PERSON takes it down, by the id in people.yml. --from says who tells it: somebody of the house (person, the default), a controller, or
  the public. --sub-processor: by its id in sub-processors.yml, where it is that one which tells of a breach of its own. To the Art33 that runs on this data folder, else into its store, to be assessed at the next start. The text stays in the
  evidence: it goes to no chat, mail or ticket. Whoever tells confirms nothing.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, {
      as: { type: 'string' },
      from: { type: 'string' },
      caller: { type: 'string' },
      'call-back': { type: 'string' },
      controller: { type: 'string' },
      'sub-processor': { type: 'string' },
      json: { type: 'boolean' },
      data: { type: 'string' },
    });
    const { caller, controller, 'call-back': callback, 'sub-processor': subprocessor } = values;
    const id = randomUUID();
    const report: Report = {
      report: reporterOf(values.from ?? 'person'),
      id,
      by: takenBy(values.as),
      text: textOf(positionals),
      ...(caller === undefined ? {} : { caller }),
      ...(callback === undefined ? {} : { callback }),
      ...(controller === undefined ? {} : { controller }),
      ...(subprocessor === undefined ? {} : { subprocessor }),
    };
    const sent: readonly SentEvent[] = [{ source: reporters[report.report], text: JSON.stringify(report) }];
    const done = await withStore<{ stored: number }>(
      dataDirFor(values.data),
      { path: '/send', method: 'POST', body: sent },
      async (node) => ({
        stored: await storeEvents(node, sent),
      }),
    );
    const reference = reportReference(id);
    print(
      values.json ? JSON.stringify({ ...done, reference }) : `Taken down as ${reference}. The incident lead is told as soon as Art33 runs.`,
    );
    return 0;
  },
};
