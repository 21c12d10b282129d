// Decides what management is told of a recipient that controllers don't know of: who, and where to write down that they were told (P-5).
import type { Configuration } from '../directory/directory.ts';
import type { Recipient } from '../directory/recipients.ts';
import { safe } from '../kernel/safe.ts';
import type { OutwardText } from './page-text.ts';

export const recipientText = ({ name }: Recipient, { baseUrl }: Pick<Configuration, 'baseUrl'>): OutwardText => ({
  title: safe`[Art33] Tell every controller: ${name} is new or has changed`,
  lines: [
    safe`The directory names ${name} otherwise than before, and no day on which your controllers were told.`,
    safe`Art. 28(2) GDPR and your contracts: controllers hear of it beforehand and may object. Tell each of them, then set controllersInformedAt beside it in the directory.`,
    safe`You hear of it once a day until then.`,
  ],
  link: safe`${baseUrl}/due`,
});
