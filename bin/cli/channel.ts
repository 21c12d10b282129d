// Takes the trust in a channel away, or gives it back: nothing of any incident goes over it meanwhile (P-13).
import { systemClock } from '#adapters/embedded/secrets.ts';
import { type Channel, type Distrust, type Turned, allDistrusted, channels, isChannel, turnTrust } from '#flow/trust.ts';
import { CliUse, type Command, dataDirFor, personOf, print, readWords, withStore } from './command.ts';
import { findDeployment, ledgerIn, operating, placeHelp, placeOf, placeOptions } from './deployment.ts';

const options = {
  ...placeOptions,
  as: { type: 'string' },
  why: { type: 'string' },
  json: { type: 'boolean' },
  data: { type: 'string' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** The same two questions to either world. */
type Channels = { readonly all: () => Promise<readonly Distrust[]>; readonly turn: (turned: Turned) => Promise<boolean> };

const channelsOf = async (values: Values): Promise<Channels> => {
  if (values.stage === undefined) {
    const dir = dataDirFor(values.data);
    return {
      all: () => withStore(dir, { path: '/channels' }, (node) => allDistrusted(node.world)),
      turn: (turned) => withStore(dir, { path: '/channels', method: 'POST', body: turned }, (node) => turnTrust(node.world, turned)),
    };
  }
  const world = { ledger: await ledgerIn(await findDeployment(placeOf('channel', values))), clock: systemClock() };
  return { all: () => allDistrusted(world), turn: (turned) => turnTrust(world, turned) };
};

const list = async (values: Values): Promise<void> => {
  const all = await (await channelsOf(values)).all();
  if (values.json) print(JSON.stringify(all));
  else if (all.length === 0) print('Every channel is trusted.');
  else for (const { channel, since, actor, reason } of all) print(`${channel} is distrusted since ${since}, by ${actor}: ${reason}`);
};

const turn = async (values: Values, trust: boolean, channel: Channel): Promise<void> => {
  const reason = (values.why ?? '').trim();
  if (values.as === undefined || reason === '')
    throw new CliUse('--as PERSON and --why "…" are needed: the register keeps who, when and why.');
  const done = await (await channelsOf(values)).turn({ channel, trust, actor: `person:cli:${personOf(values.as)}`, reason });
  const now = trust ? `${channel} is trusted again.` : `Nothing goes over ${channel} from now on.`;
  if (values.json) print(JSON.stringify({ channel, trust, written: done }));
  else print(done ? now : `${channel} was ${trust ? 'trusted' : 'distrusted'} already; nothing was written.`);
};

export const channelCommand: Command = {
  name: 'channel',
  summary: 'send nothing over a channel that somebody hostile may hold',
  help: `art33 channel distrust ${channels.join('|')} --as PERSON --why "…" [--json]
art33 channel trust ${channels.join('|')} --as PERSON --why "…" [--json]
art33 channel list [--json]
  distrust: from this instant nothing of any incident goes over it. Pages take the next channel of each person; a notice that can't leave
  is blocked, and a person is told at once to call. mail: codes that were mailed open nothing. idp, aws: nobody is let into the console on
  AWS; this command is the way back in. aws: no mail leaves by SES either. trust: it is used again; what was blocked is tried within a day.
  PERSON by the id in people.yml. Each turn is an entry of the register, and shown in the console.
  Of this machine: [--data DIR], the Art33 that runs on it or its store. Of a deployment: ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    const [verb, channel, more] = positionals;
    return operating(async () => {
      if (verb === 'list' && channel === undefined) await list(values);
      else if ((verb === 'distrust' || verb === 'trust') && channel !== undefined && more === undefined) {
        if (!isChannel(channel)) throw new CliUse(`${verb} takes one of ${channels.join(', ')}.`);
        await turn(values, verb === 'trust', channel);
      } else throw new CliUse('channel can list, distrust CHANNEL, or trust CHANNEL; see art33 channel --help.');
      return 0;
    });
  },
};
