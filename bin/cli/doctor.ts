// Looks whether everything is in place that a breach would need, on AWS or on one machine.
import { resolve } from 'node:path';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { exampleDir } from '#local/configuration.ts';
import type { Line } from '#bin/doctor/line.ts';
import { CliUse, type Command, dataDirFor, print, readWords } from './command.ts';
import { operating, placeHelp, placeOf, placeOptions } from './deployment.ts';

const options = { ...placeOptions, json: { type: 'boolean' }, data: { type: 'string' }, config: { type: 'string' } } as const;

const textOf = ({ check, verdict, says, todo }: Line): string =>
  `${verdict.padEnd(4)}  ${check.padEnd(20)}  ${says}${todo === undefined ? '' : `\n      ${''.padEnd(20)}  -> ${todo}`}`;

const onAws = async (values: { readonly stage?: string | undefined; readonly region?: string | undefined }): Promise<readonly Line[]> => {
  const place = placeOf('doctor', values);
  const { examineDeployment } = await import('#bin/doctor/deployed.ts');
  return operating(() => examineDeployment(place, systemClock()));
};

const here = async (values: { readonly data?: string | undefined; readonly config?: string | undefined }): Promise<readonly Line[]> => {
  const { examineMachine } = await import('#bin/doctor/machine.ts');
  const config = values.config === undefined ? exampleDir : resolve(values.config);
  return examineMachine({ config, dataDir: dataDirFor(values.data), environment: process.env, clock: systemClock() });
};

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'is everything in place that a breach would need?',
  help: `art33 doctor --stage S [--region R] [--json]
  On AWS: mail identity, sandbox, quota and suppressed contacts; Slack and Jira; sources; queues and dead letters; what is switched
  off; clock; audit; alarms.
art33 doctor [--config DIR] [--data DIR] [--json]
  On this machine: configuration, process, disk, mail server, Slack and Jira, sources, clock, heartbeat. Set the same environment as
  for npm start.
  Nothing is sent and no secret is printed. Each line is ok, warn or fail, with what to do; exit 1 if one fails.
  --json: one JSON object per line {check, verdict, says, todo}.
  ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    if (positionals.length > 0) throw new CliUse(`doctor takes no ${positionals[0]}; see art33 doctor --help.`);
    if (values.stage !== undefined && (values.data ?? values.config) !== undefined)
      throw new CliUse('--data and --config are for this machine; leave them out with --stage.');
    const lines = values.stage === undefined && values.region === undefined ? await here(values) : await onAws(values);
    for (const line of lines) print(values.json ? JSON.stringify(line) : textOf(line));
    return lines.some((line) => line.verdict === 'fail') ? 1 : 0;
  },
};
