// Decides with which configuration a run is played: the shipped example, or one with so many controllers that duties fan out.
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { type ControllerId, controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { instantOf, minutes } from '#core/kernel/time.ts';
import { exampleDir, loadInForce } from '#local/configuration.ts';
import type { InForce } from '#local/node.ts';

const loaded = await loadInForce(exampleDir, { now: instantOf(Date.UTC(2026, 10, 25)), environment: {} });
if (!loaded.ok) throw new Error('the example configuration does not load');

/** The terms of the example, shortened: what happens by the clock happens while there are faults. */
const hurried = (configuration: Configuration): Configuration => ({
  ...configuration,
  policy: {
    ...configuration.policy,
    assessWithin: minutes(25),
    decide: { within: minutes(25), allDecidersAfter: minutes(15), hardLimit: minutes(40) },
    releaseWithin: minutes(30),
    identifyWithin: minutes(20),
    disturbance: { after: minutes(5), every: minutes(12), suspectAfter: minutes(25) },
  },
});

export const example: InForce = { ...loaded.value, configuration: hurried(loaded.value.configuration) };

/** More than one transaction holds: two items a duty, 80 items a transaction. */
const crowd = 45;

const member = (n: number): Controller => ({
  id: controllerId(`member-${n}`),
  name: fromConfiguration(`Verein Nr. ${n} e.V.`),
  language: n % 2 === 0 ? 'de' : 'en',
  zone: 'Europe/Berlin',
  contacts: [{ name: fromConfiguration(`Desk ${n}`), mail: `desk@member-${n}.example` }],
  contract: { trigger: 'suspected', onSuspectedTimeout: n % 3 === 0 ? 'hold' : 'send' },
});

const withCrowd = (configuration: Configuration): Configuration => {
  const members = Array.from({ length: crowd }, (_, i) => member(i + 101));
  const { directory } = configuration;
  return {
    ...configuration,
    directory: {
      ...directory,
      controllers: new Map<ControllerId, Controller>([
        ...directory.controllers,
        ...members.map((one): [ControllerId, Controller] => [one.id, one]),
      ]),
      assets: directory.assets.map((asset) =>
        asset.id === 'message-archive' ? { ...asset, controllers: [...asset.controllers, ...members.map((one) => one.id)] } : asset,
      ),
    },
  };
};

export const crowded: InForce = { ...example, configuration: withCrowd(example.configuration) };

/** The same house after a deploy: another person bears a role, and the clock of the call chain is another. */
export const redeployed = (inForce: InForce): InForce => {
  const { configuration } = inForce;
  const roles = new Map(configuration.directory.roles);
  const [architect, product] = [roles.get('solution-architect') ?? [], roles.get('head-of-product') ?? []];
  roles.set('solution-architect', product);
  roles.set('head-of-product', architect);
  return { ...inForce, configuration: { ...configuration, directory: { ...configuration.directory, roles } } };
};
