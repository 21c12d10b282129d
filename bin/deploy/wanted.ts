// Decides what a deployment was asked for: stage, settings, folder; every wrong setting is said before anything is looked at.
import { resolve } from 'node:path';
import { readSettings, stageNames, type Settings } from '#lib/settings.ts';
import { exampleDir } from '#local/configuration.ts';
import { CliUse, readWords } from '#bin/cli/command.ts';
import { settingsInFile } from '#bin/cli/deployment.ts';

export const deployHelp = `npm run deploy -- --stage ${stageNames.join('|')} [--config DIR] [--set NAME=VALUE]… [--door URL] [--yes]
  Deploys Art33 to the AWS account that is signed in. Checks first, and creates nothing when something is missing; prints what it will
  create or change, and asks; then proves the way of a signal by a drill that nobody is told of.
  --config DIR    your configuration (default: ART33_CONFIG, else the shipped example, which stage prod refuses)
  --set N=V       a setting, such as region=eu-central-1 or mailIdentity=notices.example.com; they may also stand in the context of
                  cdk.json, with the prefix art33:
  --door URL      where the signals' door answers, if not where AWS says (a domain of your own, a proxy)
  --yes           do not ask
  Exit 0: deployed and proved; 1: it failed; 2: wrong use.`;

const options = {
  stage: { type: 'string' },
  config: { type: 'string' },
  set: { type: 'string', multiple: true },
  door: { type: 'string' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export type Wanted = {
  readonly settings: Settings;
  /** As the CDK is given them: `art33:stage` and so on. */
  readonly context: Readonly<Record<string, string>>;
  readonly config: string;
  readonly door?: URL;
  readonly yes: boolean;
};

const pairOf = (text: string): readonly [string, string] => {
  const [, name, value] = /^(?:art33:)?([A-Za-z0-9]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new CliUse(`--set ${text.split('=')[0]}: NAME=VALUE was expected, such as region=eu-central-1.`);
  return [`art33:${name}`, value];
};

const doorOf = (text: string | undefined): { readonly door?: URL } => {
  if (text === undefined) return {};
  const url = URL.parse(text);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new CliUse('--door: an address such as https://signals.example.com was expected.');
  return { door: url };
};

/** Undefined: it was asked for help. */
export const wantedDeployment = (
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Wanted | undefined => {
  const { values, positionals } = readWords(words, options);
  if (values.help === true) return undefined;
  if (positionals.length > 0) throw new CliUse(`deploy takes no ${positionals[0]}; see npm run deploy -- --help.`);
  if (values.stage === undefined) throw new CliUse(`which stage? npm run deploy -- --stage ${stageNames.join('|')}.`);
  const context = { ...settingsInFile(), ...Object.fromEntries((values.set ?? []).map(pairOf)), 'art33:stage': values.stage };
  const settings = readSettings(context);
  if (!settings.ok)
    throw new CliUse(
      `nothing was deployed; mend the settings (--set NAME=VALUE, or the context of cdk.json):\n${settings.error.join('\n')}`,
    );
  const config = values.config ?? environment['ART33_CONFIG'];
  if (settings.value.stage === 'prod' && config === undefined)
    throw new CliUse('stage prod needs your own configuration: --config DIR. The controllers of the shipped example are invented.');
  return {
    settings: settings.value,
    context,
    config: config === undefined ? exampleDir : resolve(config),
    ...doorOf(values.door),
    yes: values.yes === true,
  };
};

/** Without a setting mail leaves as fast as SES takes it from this account (D-18). */
export const atRateOf = (mailsPerSecond: number, wanted: Wanted): Wanted => {
  if (wanted.context['art33:mailRate'] !== undefined || mailsPerSecond === 0) return wanted;
  const mailRate = Math.min(999, Math.max(1, Math.floor(mailsPerSecond)));
  return { ...wanted, settings: { ...wanted.settings, mailRate }, context: { ...wanted.context, 'art33:mailRate': String(mailRate) } };
};
