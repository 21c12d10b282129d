// The door for the command line: `npm run -s art33 -- <command>`.
import { classifyCommand } from './cli/classify.ts';
import { directoryCommand } from './cli/directory.ts';
import { doctorCommand } from './cli/doctor.ts';
import { dueCommand } from './cli/due.ts';
import { initCommand } from './cli/init.ts';
import { nightCommand } from './cli/night.ts';
import { playCommand } from './cli/play.ts';
import { quarantineCommand } from './cli/quarantine.ts';
import { redriveCommand } from './cli/redrive.ts';
import { registerCommand } from './cli/register.ts';
import { restoreCommand } from './cli/restore.ts';
import { sendCommand } from './cli/send.ts';
import { sesCommand } from './cli/ses.ts';
import { CliFailure, CliUse, type Command } from './cli/command.ts';

const commands: readonly Command[] = [
  sendCommand,
  classifyCommand,
  playCommand,
  dueCommand,
  registerCommand,
  initCommand,
  restoreCommand,
  nightCommand,
  doctorCommand,
  directoryCommand,
  quarantineCommand,
  redriveCommand,
  sesCommand,
];

const overview = (): string =>
  `Art33: from security signal to Art. 33 GDPR notice.

Usage: npm run -s art33 -- <command> [options]

${commands.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`).join('\n')}

Each command explains itself with --help. Exit 0: done; 1: it failed; 2: wrong use.
`;

// Whoever reads us may stop reading (`| head`): that is no fault.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit(0);
  throw cause;
});

const run = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (!command) throw new CliUse(`there is no command ${name}; there are ${commands.map((one) => one.name).join(', ')}.`);
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.help}\n`);
    return 0;
  }
  return command.run(rest);
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (cause) {
  if (cause instanceof CliUse) {
    process.stderr.write(`art33: ${cause.message}\n`);
    process.exitCode = 2;
  } else if (cause instanceof CliFailure) {
    process.stderr.write(`art33: ${cause.message}\n`);
    process.exitCode = 1;
  } else throw cause;
}
