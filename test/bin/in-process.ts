// Decides how the tests run a command without a process of its own: same words, same exit, what it prints caught.
import { vi } from 'vitest';
import { breakGlassCommand } from '#bin/cli/break-glass.ts';
import { affectedCommand } from '#bin/cli/affected.ts';
import { auth0Command } from '#bin/cli/auth0.ts';
import { channelCommand } from '#bin/cli/channel.ts';
import { classifyCommand } from '#bin/cli/classify.ts';
import { CliFailure, CliUse } from '#bin/cli/command.ts';
import { dueCommand } from '#bin/cli/due.ts';
import { initCommand } from '#bin/cli/init.ts';
import { nightCommand } from '#bin/cli/night.ts';
import { ocsfCommand } from '#bin/cli/ocsf.ts';
import { playCommand } from '#bin/cli/play.ts';
import { registerCommand } from '#bin/cli/register.ts';
import { reportCommand } from '#bin/cli/report.ts';
import { restoreCommand } from '#bin/cli/restore.ts';
import { rulesCommand } from '#bin/cli/rules.ts';
import { sendCommand } from '#bin/cli/send.ts';
import { directoryCommand } from '#bin/cli/directory.ts';
import { doctorCommand } from '#bin/cli/doctor.ts';
import { quarantineCommand } from '#bin/cli/quarantine.ts';
import { redriveCommand } from '#bin/cli/redrive.ts';
import { sesCommand } from '#bin/cli/ses.ts';
import { StartRefused } from '#local/refused.ts';
import { type StartSettings, runOnce } from '#local/start.ts';
import type { Ended } from '../local/process.ts';

const commands = [
  affectedCommand,
  breakGlassCommand,
  classifyCommand,
  playCommand,
  reportCommand,
  dueCommand,
  ocsfCommand,
  initCommand,
  registerCommand,
  nightCommand,
  restoreCommand,
  rulesCommand,
  sendCommand,
  directoryCommand,
  doctorCommand,
  channelCommand,
  quarantineCommand,
  auth0Command,
  redriveCommand,
  sesCommand,
];

/** The exit of the door, and what it says on its last line. */
const refusalOf = (cause: unknown): { readonly code: number; readonly line: string } => {
  if (cause instanceof CliUse) return { code: 2, line: `art33: ${cause.message}\n` };
  if (cause instanceof CliFailure) return { code: 1, line: `art33: ${cause.message}\n` };
  if (cause instanceof StartRefused) return { code: 1, line: `${cause.message}\n` };
  throw cause;
};

const catching = (stream: NodeJS.WriteStream) => {
  const parts: string[] = [];
  const spy = vi.spyOn(stream, 'write').mockImplementation((part) => {
    parts.push(String(part));
    return true;
  });
  return () => {
    spy.mockRestore();
    return parts.join('');
  };
};

/** What a door of bin/ does with its words: its exit, what it printed, and its last line where it refused. */
export const ending = async (work: () => Promise<number>): Promise<Ended> => {
  const [stdout, stderr] = [catching(process.stdout), catching(process.stderr)];
  let failure = '';
  const code = await work().catch((cause: unknown) => {
    const { code, line } = refusalOf(cause);
    failure = line;
    return code;
  });
  return { code, signal: null, stdout: stdout(), stderr: stderr() + failure };
};

/** Like `bin/cli.ts`, which a few tests start for real. */
export const command = async ([name, ...words]: readonly string[]): Promise<Ended> => {
  const found = commands.find((one) => one.name === name);
  if (!found) throw new Error(`there is no command ${name}`);
  return ending(() => found.run(words));
};

/** Like `bin/local.ts --once --json`, for whoever needs what it leaves behind and not the process. */
export const once = (settings: Partial<StartSettings>): Promise<Ended> =>
  ending(async () => {
    await runOnce({ environment: {}, port: 0, ...settings }, true);
    return 0;
  });
