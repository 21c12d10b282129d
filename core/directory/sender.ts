// Decides whose message it is: a sub-processor's or a controller's by the directory, and whether a server we trust vouches for that (P-22).
import { isUnder } from '../signal/mail-sender.ts';
import type { Sender, Signal } from '../signal/signal.ts';
import type { Asset, Controller, Directory, SubProcessor } from './directory.ts';

const domainOf = (mail: string): string => mail.slice(mail.lastIndexOf('@') + 1).toLowerCase();

/** How much of the domain a sub-processor claims; 0: it is not its own. */
const claimed = (domain: string, one: SubProcessor): number =>
  Math.max(0, ...[domainOf(one.mail), ...one.domains].filter((own) => isUnder(domain, own)).map((own) => own.length));

/** The one that is named; else those that claim the most of it, two where both do: then it may be either. */
const subProcessorsFor = ({ subProcessors }: Directory, { domain, named }: Sender): readonly SubProcessor[] => {
  if (named !== undefined) return subProcessors.filter(({ id }) => id === named);
  if (domain === undefined) return [];
  const most = Math.max(0, ...subProcessors.map((one) => claimed(domain, one)));
  return most === 0 ? [] : subProcessors.filter((one) => claimed(domain, one) === most);
};

/**
 * By a contact's whole address: many controllers share a provider's domain. An agency speaks for itself, it passes on; the desk of a group
 * may speak for any of its companies: nobody guesses which.
 */
const controllersFor = (directory: Directory, { address }: Sender): readonly Controller[] => {
  const found = [...directory.controllers.values()].filter((one) => one.contacts.some(({ mail }) => mail.toLowerCase() === address));
  const agency = found.find(({ capacity }) => capacity === 'processor');
  return agency ? [agency] : found;
};

export type Known = {
  readonly sender: NonNullable<Signal['sender']>;
  readonly assets: readonly Asset[];
  readonly controllers: Asset['controllers'];
};

/** A sub-processor brings the assets that it holds, a controller itself. Who is merely named as the sender brings them too: better asked than missed. */
export const knownSender = (sender: Sender, directory: Directory): Known => {
  const [found, controllers] = [subProcessorsFor(directory, sender), controllersFor(directory, sender)];
  const [controller] = controllers;
  const [subprocessor] = found;
  const trusted = sender.server !== undefined && directory.operator.mailServers.includes(sender.server);
  return {
    sender: {
      ...sender,
      verified: sender.aligned && trusted,
      ...(subprocessor && { subprocessor: subprocessor.id }),
      ...(controller && { controller: controller.id }),
    },
    assets: directory.assets.filter((asset) => found.some((one) => one.assets.includes(asset.id))),
    controllers: controllers.map(({ id }) => id),
  };
};
