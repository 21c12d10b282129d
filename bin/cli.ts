// The door for the command line: `npm run -s art33 -- <command>`.
import { CliFailure, CliUse, type Command } from './cli/command.ts';

/** Each is loaded when it is called: none waits for what only another needs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  send: async () => (await import('./cli/send.ts')).sendCommand,
  classify: async () => (await import('./cli/classify.ts')).classifyCommand,
  play: async () => (await import('./cli/play.ts')).playCommand,
  report: async () => (await import('./cli/report.ts')).reportCommand,
  affected: async () => (await import('./cli/affected.ts')).affectedCommand,
  due: async () => (await import('./cli/due.ts')).dueCommand,
  register: async () => (await import('./cli/register.ts')).registerCommand,
  ocsf: async () => (await import('./cli/ocsf.ts')).ocsfCommand,
  init: async () => (await import('./cli/init.ts')).initCommand,
  restore: async () => (await import('./cli/restore.ts')).restoreCommand,
  night: async () => (await import('./cli/night.ts')).nightCommand,
  doctor: async () => (await import('./cli/doctor.ts')).doctorCommand,
  directory: async () => (await import('./cli/directory.ts')).directoryCommand,
  'break-glass': async () => (await import('./cli/break-glass.ts')).breakGlassCommand,
  channel: async () => (await import('./cli/channel.ts')).channelCommand,
  quarantine: async () => (await import('./cli/quarantine.ts')).quarantineCommand,
  auth0: async () => (await import('./cli/auth0.ts')).auth0Command,
  redrive: async () => (await import('./cli/redrive.ts')).redriveCommand,
  ses: async () => (await import('./cli/ses.ts')).sesCommand,
  rules: async () => (await import('./cli/rules.ts')).rulesCommand,
};

const overview = async (): Promise<string> => {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  return `Art33: from security signal to Art. 33 GDPR notice.

Usage: npm run -s art33 -- <command> [options]

${all.map((command) => `  ${command.name.padEnd(11)} ${command.summary}`).join('\n')}

Each command explains itself with --help. Exit 0: done; 1: it failed; 2: wrong use.
`;
};

// Whoever reads us may stop reading (`| head`): that is no fault.
process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
  if (cause.code === 'EPIPE') process.exit(0);
  throw cause;
});

const run = async ([name, ...rest]: readonly string[]): Promise<number> => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(await overview());
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new CliUse(`there is no command ${name}; there are ${Object.keys(commands).join(', ')}.`);
  const command = await load();
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
