// Decides what management is told of a recipient that controllers don't know of: who, and where to write down that they were told (P-5).
import type { Configuration } from '../directory/directory.ts';
import type { Recipient } from '../directory/recipients.ts';
import { safe } from '../kernel/safe.ts';
import type { OutwardText } from './page-text.ts';

/** Art. 28(2) is about other processors; whom a notice names as officer the contracts and each notice say (Art. 33(3)(b)). */
const whyOf = ({ key }: Recipient) =>
  key === 'dpo'
    ? safe`Your contracts and earlier notices name another officer.`
    : safe`Art. 28(2) GDPR and your contracts: controllers hear of another processor beforehand and may object.`;

export const recipientText = (recipient: Recipient, { baseUrl }: Pick<Configuration, 'baseUrl'>): OutwardText => ({
  title: safe`[Art33] Tell every controller: ${recipient.name} is new or has changed`,
  lines: [
    safe`The directory names ${recipient.name} otherwise than before, and no day on which your controllers were told.`,
    safe`${whyOf(recipient)} Tell each of them, then set controllersInformedAt beside it in the directory.`,
    safe`You hear of it once a day until then.`,
  ],
  link: safe`${baseUrl}/due`,
});
