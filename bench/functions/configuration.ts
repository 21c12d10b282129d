// Decides which configuration the functions carry here: the shipped example, where need be with so many controllers on its archive.
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { loadConfiguration } from '#adapters/config/load.ts';
import { prepared } from '#core/detection/sigma/prepared.ts';
import type { Configuration, Controller } from '#core/directory/directory.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { encode } from '#lambdas/deployed.ts';
import { exampleDir, mappingsFor, ruleDirsFor } from '#local/configuration.ts';
import { hour } from '../node.ts';

const copies = (of: Controller, count: number): readonly Controller[] =>
  Array.from({ length: count }, (_, n) => ({
    ...of,
    id: controllerId(`controller-${n}`),
    name: safe`Controller ${n}`,
    contacts: of.contacts.slice(0, 1).map((contact) => ({ ...contact, mail: `desk@controller-${n}.example` })),
  }));

/** The archive holds the data of all of them, and of nobody else. */
const withControllers = (configuration: Configuration, count: number): Configuration => {
  const { directory } = configuration;
  const model = [...directory.controllers.values()].find((one) => one.contract.onSuspectedTimeout === 'send');
  if (!model) throw new Error('the example has no controller whose contract sends');
  const made = copies(model, count);
  return {
    ...configuration,
    directory: {
      ...directory,
      controllers: new Map([...directory.controllers, ...made.map((one) => [one.id, one] as const)]),
      assets: directory.assets.map((asset) =>
        asset.identifiers.includes('s3:muster-message-archive') ? { ...asset, controllers: made.map((one) => one.id) } : asset,
      ),
    },
  };
};

/** As `cdk synth` puts it beside the functions. */
export const configurationText = async (controllers?: number): Promise<string> => {
  const loaded = await loadConfiguration(exampleDir, hour);
  const { documents } = await readRuleDocuments(ruleDirsFor(exampleDir));
  if (!loaded.ok) throw new Error('the example configuration does not load');
  const { configuration, lists } = loaded.value;
  return encode({
    madeAt: hour,
    configuration: controllers === undefined ? configuration : withControllers(configuration, controllers),
    lists,
    documents: documents.map(({ tree, where }) => prepared({ tree, where }, lists)),
    mappings: (await mappingsFor(exampleDir)).mappings,
  });
};
