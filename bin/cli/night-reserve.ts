// Seals the reserve sender to those who open night kits, so that it can stand in the configuration: no machine of the house can read it (P-13).
import { reserveBytes, reserveOf } from '#adapters/smtp/reserve.ts';
import { CliUse, print } from './command.ts';
import { type NightWords, age } from './night-kit.ts';

const indented = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

/** The password comes by the environment: on a command line everybody on the machine could read it. */
export const sealReserve = async ({ values }: NightWords): Promise<number> => {
  const { armoured, recipientsIn, sealTo } = await age();
  const recipients = recipientsIn(values.recipient ?? []);
  if (!recipients.ok) throw new CliUse(`--recipient: ${recipients.error}.`);
  const reserve = reserveOf({ url: process.env['SMTP_URL'], from: values.from, replyTo: values['reply-to'] });
  if (!reserve.ok) throw new CliUse(`the reserve sender: ${reserve.error}.`);
  const sealed = armoured(await sealTo(recipients.value)(reserveBytes(reserve.value)));
  print(
    `# into art33.yml, below notice:\n  reserve: |\n${indented(sealed)}\n# and its row \`reserve\` into processing.yml: it is a recipient of data.`,
  );
  return 0;
};
