// Decides what the doctor looks at on one machine: configuration, disk, mail server, sinks, clock, sources, and whether Art33 runs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { problemText } from '#adapters/config/problem.ts';
import { takeLock } from '#adapters/embedded/lock.ts';
import { lastSeen } from '#adapters/embedded/last-seen.ts';
import { smtpServer } from '#adapters/smtp/settings.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { Clock } from '#flow/ports.ts';
import { loadInForce } from '#local/configuration.ts';
import { clockLines } from './clock.ts';
import { isEncrypted } from './disk.ts';
import { type Line, bad, fine, warn } from './line.ts';
import { type Outside, type SinkSettings, outside, sinkLines } from './sinks.ts';
import { sourceLines } from './sources.ts';

export type Machine = {
  readonly config: string;
  readonly dataDir: string;
  readonly environment: SinkSettings;
  readonly clock: Clock;
  readonly outside?: Outside;
  readonly encrypted?: (folder: string) => boolean | undefined;
};

const configurationLines = async ({
  config,
  clock,
  environment,
}: Machine): Promise<{ readonly lines: readonly Line[]; readonly configuration?: Configuration }> => {
  const loaded = await loadInForce(config, { now: clock.now(), environment });
  if (!loaded.ok) return { lines: loaded.error.map((problem) => bad('configuration', problemText(problem), 'mend it; the line says how')) };
  const { warnings, configuration } = loaded.value;
  const lines = warnings.map((problem) => warn('configuration', problemText(problem), 'the line says what would be right'));
  return { lines: lines.length === 0 ? [fine('configuration', 'nothing to mend')] : lines, configuration };
};

const diskLine = ({ dataDir, encrypted = isEncrypted }: Machine): Line => {
  const found = encrypted(dataDir);
  if (found === true) return fine('disk', 'the data lies on an encrypted volume');
  const says = found === false ? 'the data does not lie on an encrypted volume' : 'whether the disk is encrypted can’t be seen from here';
  return warn('disk', says, 'the store holds personal data: encrypt the disk, and note where and how (P-5)');
};

const mailLine = async ({ environment, outside: { reach } = outside }: Machine): Promise<Line> => {
  const text = environment['SMTP_URL'];
  if (!text) return warn('mail', 'SMTP_URL is not set: notices go to the outbox only', 'set it before you rely on Art33');
  const server = smtpServer(text);
  if (!server.ok) return bad('mail', server.error, 'write SMTP_URL so');
  const reached = await reach(server.value);
  return reached.ok ? fine('mail', 'the mail server can be reached') : bad('mail', reached.error, 'look at the network and at SMTP_URL');
};

const runningLine = ({ dataDir }: Machine): Line => {
  const lock = takeLock(dataDir);
  if (!lock) return fine('process', 'Art33 is running');
  lock.release();
  return bad('process', 'Art33 is not running here: nothing is done, and no deadline is kept', 'npm start');
};

/** Somebody whose time can be compared without telling anybody new about us. */
const timekeeper = (environment: SinkSettings): URL | undefined =>
  ['JIRA_URL', 'SLACK_WEBHOOK_URL', 'ART33_HEARTBEAT'].flatMap((name) => {
    const url = URL.parse(environment[name] ?? '');
    return url ? [new URL(url.origin)] : [];
  })[0];

export const examineMachine = async (machine: Machine): Promise<readonly Line[]> => {
  const { dataDir, environment, clock } = machine;
  const { lines, configuration } = await configurationLines(machine);
  const time = timekeeper(environment);
  const store = existsSync(join(dataDir, 'art33.db'));
  return [
    ...lines,
    ...(store
      ? [runningLine(machine), ...sourceLines(lastSeen(dataDir), clock.now())]
      : [bad('process', `${dataDir} holds no store: Art33 never ran here`, 'npm start, or name another folder with --data DIR')]),
    diskLine(machine),
    await mailLine(machine),
    ...(await sinkLines(environment, configuration, machine.outside)),
    ...(time ? await clockLines(time, clock.now) : [warn('clock', 'nobody to compare with', 'let the system keep its time by NTP')]),
  ];
};
