// Decides what whoever works a night sees: one link to the console of this machine, what may have left before, and how to stop.
import { serveCommands, serveHere, type Listening } from './server.ts';
import { startLoops } from './loops.ts';
import { type NightSettings, type OpenNight, openNight } from './night.ts';
import { localSessions } from './sessions.ts';
import { untilStopped } from './start.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const greet = ({ kit, dataDir, reserve, distrusted }: NightSettings, { node, held, letGone }: OpenNight, link: string): void => {
  say('');
  say(`Art33 works the night from the kit of ${kit.madeAt}. What happened since then is not in it: ask, and write it down in the console.`);
  say(`  Console (this link opens one browser):  ${link}`);
  say(`  Notices leave from:                     ${reserve.from}; really sending by: ${node.sinks.real.join(', ')}`);
  say(`  Nothing goes over:                      ${[...kit.seed.distrusted, ...distrusted].join(', ') || '(every channel is trusted)'}`);
  say(`  Data, and the register of this night:   ${dataDir}`);
  if (letGone > 0) say(`  Let go:                                 ${letGone} notice(s), as you said.`);
  if (held.length > 0) {
    say(`  MAY HAVE LEFT BEFORE, and waits:        ${held.length} notice(s). Ask each controller; whom it did not reach:`);
    say('                                          stop, and start again with --let-go DUTY (or --let-go all: rather twice than never).');
    for (const id of held) say(`                                          ${id}`);
  }
  say('  Does nobody else work from this kit? Two machines would tell every controller twice.');
  say('  Is that folder on an encrypted disk? It holds contacts and open cases.');
  say('  Stop with Ctrl-C. Starting again with the same kit loses nothing and repeats nothing. Afterwards: art33 night merge.');
};

/** Serves until stopped. */
export const serveNight = async (settings: NightSettings): Promise<void> => {
  let poke: () => void = () => undefined;
  const night = await openNight({ ...settings, onWake: () => poke() });
  const { node } = night;
  const sessions = localSessions();
  const open: Listening[] = [];
  try {
    const made = settings.kit.madeAt.replace(/T(\d\d:\d\d).*/, ' $1 UTC');
    const banner = `Night, from the kit of ${made}. The house does not know what is done here. Notices leave from ${settings.reserve.from}, whatever is distrusted.`;
    open.push(await serveHere({ node, sessions, port: settings.port, hosts: [], banner }), await serveCommands(node, settings.dataDir));
    const loops = startLoops(node);
    poke = loops.poke;
    // Heard before anybody is told how to stop it.
    const stopped = untilStopped();
    greet(settings, night, `http://localhost:${open[0]?.port}/enter?once=${sessions.once}`);
    await stopped;
    await loops.stop();
  } finally {
    for (const one of open) await one.close();
    night.close();
  }
};
