// What is owed, to whom, by when.
import { dueDuties, dutyJson } from '#flow/report.ts';
import { CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';

type DueLine = ReturnType<typeof dutyJson>;

const line = (duty: DueLine): string =>
  `${duty.dueAt}  ${duty.state.padEnd(7)}  ${duty.kind.padEnd(20)}  ${duty.recipient.padEnd(20)}  ${duty.incident ?? duty.source ?? ''}`;

export const dueCommand: Command = {
  name: 'due',
  summary: 'what is owed, to whom, by when',
  help: `art33 due [--json] [--data DIR]
  Lists the open duties, nearest deadline first. --json: one JSON object per line
  {id, incident, source, kind, recipient, state, dueAt, attempts}. --data DIR: the data folder (default .art33).`,
  run: async (words) => {
    const { values, positionals } = readWords(words, { json: { type: 'boolean' }, data: { type: 'string' } });
    if (positionals.length > 0) throw new CliUse(`due takes no ${positionals[0]}; see art33 due --help.`);
    const duties = await withStore<readonly DueLine[]>(dataDirFor(values.data), { path: '/due' }, async (node) =>
      (await dueDuties(node.world.ledger)).map(dutyJson),
    );
    for (const duty of duties) print(values.json ? JSON.stringify(duty) : line(duty));
    if (duties.length === 0 && !values.json) print('Nothing is owed.');
    return 0;
  },
};
