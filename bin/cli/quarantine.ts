// Shows what could not be read, and gives it to the readers again after a fix: of this machine, or of a deployment.
import { writeFileSync } from 'node:fs';
import { storedKind } from '#adapters/embedded/meta.ts';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { shownBytes, shownText } from '#core/signal/shown.ts';
import { type Asking, type Choice, type Listing, type Replayed, chosenFrom, listingOf, lookAt, replayByQueue } from '#flow/quarantine.ts';
import { type ShownEvent, eventHere, listHere, replayChosen, shownEvent } from '#local/quarantine.ts';
import { CliFailure, CliUse, type Command, dataDirFor, personOf, print, readWords, withStore } from './command.ts';
import { assessQueuesIn, evidenceIn, findDeployment, ledgerIn, operating, placeHelp, placeOf, placeOptions } from './deployment.ts';

const options = {
  ...placeOptions,
  source: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
  show: { type: 'boolean' },
  out: { type: 'string' },
  as: { type: 'string' },
  why: { type: 'string' },
  config: { type: 'string' },
  data: { type: 'string' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** The same three questions to either world. */
type Quarantine = {
  readonly list: (source: string | undefined) => Promise<Listing>;
  readonly event: (id: string, asking?: Asking) => Promise<ShownEvent | null>;
  readonly replay: (choice: Choice) => Promise<Replayed>;
};

const queryOf = (values: Readonly<Record<string, string | undefined>>): string =>
  new URLSearchParams(Object.entries(values).filter((one): one is [string, string] => one[1] !== undefined)).toString();

const ofMachine = ({ data, config }: Values): Quarantine => {
  const dir = dataDirFor(data);
  return {
    list: (source) => withStore(dir, { path: `/quarantine?${queryOf({ source })}` }, (node) => listHere(node, source)),
    event: (id, asking) => {
      const body = { id, ...(asking === undefined ? {} : { asking }) };
      return withStore(dir, { path: '/quarantine/event', method: 'POST', body }, (node) => eventHere(node, body));
    },
    replay: (choice) =>
      withStore(
        dir,
        { path: '/quarantine/replay', method: 'POST', body: choice },
        (node) => {
          // Read by the example's rules and mappings, real events would be settled wrongly for good.
          if (config === undefined && storedKind(dir) === 'own')
            throw new CliFailure('Art33 is not running on this store: start it, or say by whose rules to read: --config DIR.');
          return replayChosen(node, choice);
        },
        config,
      ),
  };
};

const ofDeployment = async (values: Values): Promise<Quarantine> => {
  const deployment = await findDeployment(placeOf('quarantine', values));
  const ledger = await ledgerIn(deployment);
  return {
    list: (source) => listingOf(ledger, source),
    event: async (id, asking) => {
      const seen = await lookAt({ ledger, evidence: await evidenceIn(deployment), clock: systemClock() }, id, asking);
      return seen ? shownEvent(seen) : null;
    },
    replay: async (choice) => replayByQueue(await assessQueuesIn(deployment))(await chosenFrom(ledger, choice)),
  };
};

const quarantineOf = async (values: Values): Promise<Quarantine> => (values.stage === undefined ? ofMachine(values) : ofDeployment(values));

/** The rest by --json. */
const printedAtMost = 50;

const list = async (values: Values): Promise<number> => {
  const { sources, events } = await (await quarantineOf(values)).list(values.source);
  if (values.json) {
    for (const event of events) print(JSON.stringify(event));
    return 0;
  }
  if (events.length === 0) print('Nothing is in quarantine.');
  for (const { source, count, since, reasons } of sources) {
    print(`${shownText(source)}: ${count} since ${since}`);
    for (const { reason, count: n } of reasons) print(`  ${n} x ${shownText(reason)}`);
  }
  for (const { id, since, reason } of events.slice(0, printedAtMost)) print(`${since}  ${shownText(id)}  ${shownText(reason)}`);
  if (events.length > printedAtMost) print(`and ${events.length - printedAtMost} more: --json lists them, --source S one source.`);
  return 0;
};

const noSuch = (id: string): CliFailure =>
  new CliFailure(`${shownText(id)}: there is no such event in quarantine, or it was read by now; art33 quarantine list names them.`);

/** Enough to see what it is. */
const charactersAtMost = 20_000;

const writeNew = (file: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
  } catch {
    throw new CliFailure(`${file} can't be written, or is there already: name a new file in a folder of yours.`);
  }
};

const showEvent = ({ event, size, bytes }: ShownEvent, { show, out }: Values): void => {
  print(`${shownText(event.id)}\n  since   ${event.since}\n  reason  ${shownText(event.reason)}\n  kept as ${shownText(event.rawRef)}`);
  print(size === null ? '  The event itself is kept no longer.' : `  ${size} byte(s)`);
  if (bytes === undefined) return;
  const raw = Buffer.from(bytes, 'base64');
  if (out !== undefined) {
    writeNew(out, raw);
    print(`Written to ${out}. It is personal data: delete it when the reader is mended.`);
  }
  if (!show) return;
  const { lines, left } = shownBytes(raw, charactersAtMost);
  for (const line of lines) print(`| ${line}`);
  if (left > 0) print(`and ${left} more character(s): --out FILE writes them all.`);
};

/** Undefined: nothing of what the event says is asked for. The command line knows no sign-in, and the register says that it was there. */
const askingOf = ({ show: shows, out, as, why }: Values): Asking | undefined => {
  if (!shows && out === undefined) return undefined;
  const reason = (why ?? '').trim();
  if (as === undefined || reason === '')
    throw new CliUse('--show and --out need --as PERSON --why "…": who looks, by the id in people.yml, and why. The register keeps it.');
  return { actor: `person:cli:${personOf(as)}`, reason };
};

const show = async (values: Values, id: string | undefined): Promise<number> => {
  if (id === undefined) throw new CliUse('show takes one event: art33 quarantine show ID; art33 quarantine list names them.');
  const asking = askingOf(values);
  const found = await (await quarantineOf(values)).event(id, asking);
  if (!found) throw noSuch(id);
  if (values.json) print(JSON.stringify(values.show ? { ...found.event, bytes: found.bytes ?? null } : found.event));
  else showEvent(found, values);
  return 0;
};

const choiceOf = ({ source, all }: Values, id: string | undefined): Choice => {
  if ([id, source, all].filter((one) => one !== undefined).length !== 1)
    throw new CliUse('say what to read again: art33 quarantine replay ID, or --source S, or --all.');
  return { ...(id === undefined ? {} : { id }), ...(source === undefined ? {} : { source }) };
};

const replayedText = (replayed: Replayed): string => {
  if (replayed === 'queued') return 'Queued to be read again. In a minute art33 quarantine list shows what still could not be read.';
  const { attached, assessed, duplicate, quarantined } = replayed;
  const read = attached + assessed + duplicate;
  return `Read ${read}: ${attached} part of an incident, ${assessed} nothing bad, ${duplicate} seen before. Still unreadable: ${quarantined}.`;
};

const replay = async (values: Values, id: string | undefined): Promise<number> => {
  const choice = choiceOf(values, id);
  const quarantine = await quarantineOf(values);
  if (id !== undefined && !(await quarantine.event(id))) throw noSuch(id);
  const replayed = await quarantine.replay(choice);
  print(values.json ? JSON.stringify(replayed) : replayedText(replayed));
  return 0;
};

export const quarantineCommand: Command = {
  name: 'quarantine',
  summary: 'what could not be read: list, show, read again after a fix',
  help: `art33 quarantine list [--source S] [--json]
art33 quarantine show ID [--show] [--out FILE] [--as PERSON --why "…"] [--json]
art33 quarantine replay ID | --source S | --all [--config DIR] [--json]
  list: counts by source with since when and why, then the latest events; --json: one event a line.
  show: since when and why. --show prints the event itself, made harmless for a terminal; --out writes its bytes to a new file
  (0600), for art33 classify FILE. It is personal data: each needs --as (an id of people.yml) and --why, which the register keeps.
  replay: the readers of today read it again. Once read it is an event like any other, with the time at which it came in; one
  that was read meanwhile is not read twice; what still can't be read stays, under the reason of today.
  Of this machine: [--data DIR], the Art33 that runs on it or its store; --config is needed while Art33 is not running.
  Of a deployment: ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    const [what, id, more] = positionals;
    if (more !== undefined) throw new CliUse('too many words; see art33 quarantine --help.');
    const verb = what === 'list' && id === undefined ? list : what === 'show' ? show : what === 'replay' ? replay : undefined;
    if (!verb) throw new CliUse('quarantine can list, show ID, or replay; see art33 quarantine --help.');
    return operating(() => verb(values, id));
  },
};
