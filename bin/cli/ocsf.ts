// Prints the cases for readers of OCSF: a SIEM of the operator, a data lake.
import type { OcsfEvent } from '#core/register/ocsf.ts';
import { ocsfEvents } from '#local/commands.ts';
import { CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';

export const ocsfCommand: Command = {
  name: 'ocsf',
  summary: 'the cases in OCSF 1.6, for a SIEM',
  help: `art33 ocsf [--signals] [--data DIR]
  One JSON line per event: each case as Incident Finding (2005, with is_suspected_breach), each rule in it as Detection Finding (2004),
  with --signals also what the case shows of its signals (Authentication 3002 and others). Persons, addresses and targets are handles
  that mean something within one case only; controllers are counted, never named. See docs/ocsf.md.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, { signals: { type: 'boolean' }, data: { type: 'string' } });
    if (positionals.length > 0) throw new CliUse(`ocsf takes no ${positionals[0]}; see art33 ocsf --help.`);
    const signals = values.signals ?? false;
    const events = await withStore<readonly OcsfEvent[]>(dataDirFor(values.data), { path: `/ocsf?signals=${signals}` }, (node) =>
      ocsfEvents(node, signals),
    );
    for (const event of events) print(JSON.stringify(event));
    return 0;
  },
};
