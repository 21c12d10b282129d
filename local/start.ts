// Decides how one machine starts, plays, works and stops.
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Duration } from '#core/kernel/time.ts';
import { type Lock, takeLock } from '#adapters/embedded/lock.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { type ConfigProblem, problemText } from '#adapters/config/problem.ts';
import { watchConfiguration } from '#adapters/config/watch.ts';
import { report } from '#flow/report.ts';
import { proxiesOf } from './address.ts';
import { type Loaded, demoEvents, exampleDir, loadInForce, mappingDirsFor, ruleDirsFor } from './configuration.ts';
import { type LogLevel, stderrLog } from './log.ts';
import { tellPlay } from '#adapters/embedded/meta.ts';
import { startLoops, workOff } from './loops.ts';
import { type InForce, type Node, openNode } from './node.ts';
import { eventsUnder, play } from './play.ts';
import { progress } from './progress.ts';
import { frozenText } from './frozen.ts';
import { StartRefused } from './refused.ts';
import { type Listening, serveCommands, serveHere, serveOpenly } from './server.ts';
import { localSessions } from './sessions.ts';
import type { Environment } from './sinks.ts';

export type StartSettings = {
  readonly environment: Environment;
  readonly config?: string;
  readonly data?: string;
  readonly events?: readonly string[];
  readonly port: number;
  readonly ahead?: Duration;
};

const refuse = (message: string): never => {
  throw new StartRefused(message);
};

/** The demo has a folder of its own (D-28). */
export const dataDirOf = (settings: Pick<StartSettings, 'config' | 'data'>): string =>
  resolve(settings.data ?? (settings.config === undefined ? '.art33/demo' : '.art33'));

const configDirOf = (settings: StartSettings): string => {
  if (settings.config === undefined) return exampleDir;
  const dir = resolve(settings.config);
  if (!existsSync(dir))
    refuse(
      `--config ${settings.config}: there is no such folder. \`npm run -s art33 -- init ${settings.config}\` makes one to begin from.`,
    );
  return dir;
};

type Started = {
  readonly node: Node;
  readonly lock: Lock;
  readonly configDir: string;
  readonly load: () => ReturnType<typeof loadInForce>;
  readonly putInForce: (loaded: Loaded) => void;
  readonly onWake: (poke: () => void) => void;
};

const linesOf = (problems: readonly ConfigProblem[]): string => problems.map(problemText).join('\n');

const start = async (settings: StartSettings, level: LogLevel): Promise<Started> => {
  const configDir = configDirOf(settings);
  const { environment } = settings;
  const load = () => loadInForce(configDir, { now: systemClock().now(), environment: settings.config === undefined ? {} : environment });
  const loaded = await load();
  if (!loaded.ok)
    return refuse(`art33 does not start: ${loaded.error.length} thing(s) to mend in the configuration.\n${linesOf(loaded.error)}`);
  for (const warning of loaded.value.warnings) process.stderr.write(`warning: ${problemText(warning)}\n`);
  let inForce: InForce = loaded.value;
  const dataDir = dataDirOf(settings);
  const lock =
    takeLock(dataDir) ?? refuse(`${dataDir} is in use by a running Art33. Stop it, or give this one another folder: --data DIR.`);
  let poke: () => void = () => undefined;
  try {
    const node = await openNode({
      dataDir,
      inForce: () => inForce,
      kind: settings.config === undefined ? 'demo' : 'own',
      environment,
      log: stderrLog(level),
      ...(settings.ahead === undefined ? {} : { ahead: settings.ahead }),
      onWake: () => poke(),
    });
    if (node.frozen) process.stderr.write(`${frozenText} When it is reconciled: art33 restore --thaw --data ${dataDir}\n`);
    return {
      node,
      lock,
      configDir,
      load,
      putInForce: (next) => {
        inForce = next;
      },
      onWake: (to) => {
        poke = to;
      },
    };
  } catch (cause) {
    lock.release();
    return refuse(cause instanceof Error ? cause.message : 'art33 could not open its data');
  }
};

const eventPaths = (settings: StartSettings): readonly string[] => settings.events ?? (settings.config === undefined ? [demoEvents] : []);

const playInto = async (node: Node, settings: StartSettings, again: boolean): Promise<void> => {
  const paths = eventPaths(settings);
  if (paths.length === 0) return;
  const events = eventsUnder(paths, node.world.sources.current());
  if (!events.ok) return refuse(events.error);
  const bar = progress('playing');
  await play(node, events.value, { again, onEach: bar.step });
  bar.end();
};

/** `--once`: plays, works until nothing is due now, tells the state, ends. */
export const runOnce = async (settings: StartSettings, json: boolean): Promise<void> => {
  const { node, lock } = await start(settings, (settings.environment['ART33_LOG'] as LogLevel | undefined) ?? 'warn');
  try {
    await playInto(node, settings, true);
    const bar = progress('working');
    await workOff(node, bar.tick);
    bar.end();
    const state = await report(node.world.ledger, node.outbox, node.outboxDir);
    process.stdout.write(json ? `${JSON.stringify(state)}\n` : summary(state));
    await tellPlay(node.database);
  } finally {
    node.close();
    lock.release();
  }
};

type Report = Awaited<ReturnType<typeof report>>;

const summary = (state: Report): string =>
  [
    `signals: ${state.signals.accepted} accepted, ${state.signals.duplicates} seen before, ${state.signals.rejected} unreadable`,
    ...state.incidents.map((i) => `incident: ${i.title} (${i.outcome}, ${i.level}; controllers: ${i.controllers.join(', ') || 'none'})`),
    `messages: ${state.messages.length}`,
    '',
  ].join('\n');

/** Which signal ended it. */
export const untilStopped = (): Promise<string> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done(signal));
  });

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const greet = (settings: StartSettings, node: Node, where: { readonly link: string; readonly dataDir: string }): void => {
  const demo = settings.config === undefined;
  say('');
  say(
    demo
      ? 'Art33 demo: invented breaches, nothing leaves this machine.'
      : `Art33 serves ${settings.config}; really sending by: ${node.sinks.real.join(', ') || 'nothing (outbox only)'}.`,
  );
  say(`  Console (this link opens one browser):  ${where.link}`);
  say(`  Data, tokens and outbox:                ${where.dataDir}`);
  say(
    `  Send a signal:                          npm run -s art33 -- send FILE${settings.data === undefined ? '' : ` --data ${settings.data}`}`,
  );
  if (!demo) say('  Is that folder on an encrypted disk? It will hold personal data, and Art33 does not encrypt it here.');
  say('  Stop with Ctrl-C. Starting again loses nothing and repeats nothing.');
};

/** Serves until stopped. */
export const serve = async (settings: StartSettings): Promise<void> => {
  const started = await start(settings, (settings.environment['ART33_LOG'] as LogLevel | undefined) ?? 'warn');
  const { node, lock, configDir } = started;
  const dataDir = dataDirOf(settings);
  const sessions = localSessions();
  const open: Listening[] = [];
  try {
    const hosts = [node.world.directory.current().configuration.baseUrl.replace(/^https?:\/\//, '')];
    const banner = node.frozen
      ? frozenText
      : settings.config === undefined
        ? 'Demo: invented breaches. Nothing leaves this machine.'
        : undefined;
    const proxies = proxiesOf(settings.environment['ART33_PROXY']);
    if (!proxies.ok) return refuse(proxies.error);
    const here = await serveHere({ node, sessions, port: settings.port, hosts, ...(banner === undefined ? {} : { banner }) });
    open.push(here, await serveCommands(node, dataDir));
    const openly = settings.environment['ART33_PUBLIC'];
    if (openly) open.push(await serveOpenly(node, openly, proxies.value));
    await playInto(node, settings, false);
    const loops = startLoops(node);
    started.onWake(loops.poke);
    const watch = watchConfiguration({
      dirs: [...new Set([configDir, ...ruleDirsFor(configDir), ...mappingDirsFor(configDir)])],
      load: started.load,
      onGood: (loaded) => {
        started.putInForce(loaded);
        process.stderr.write('configuration reloaded\n');
        loops.poke();
      },
      onBad: (problems) => process.stderr.write(`the configuration was NOT reloaded; the old one stays in force:\n${linesOf(problems)}\n`),
    });
    process.on('SIGHUP', () => void watch.reload());
    // Heard before anybody is told how to stop it.
    const stopped = untilStopped();
    greet(settings, node, {
      link: `http://localhost:${here.port}/enter?once=${sessions.once}`,
      dataDir: isAbsolute(settings.data ?? '') ? dataDir : (settings.data ?? dataDir),
    });
    await stopped;
    watch.stop();
    await loops.stop();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') return refuse(`port ${settings.port} is taken. Give another: npm start -- --port N.`);
    throw cause;
  } finally {
    for (const one of open) await one.close();
    node.close();
    lock.release();
  }
};
