// Decides what the house hears when somebody comes in without the identity provider: who, when, and what to do if it was not them (P-13).
import type { Configuration } from '../directory/directory.ts';
import type { Duty } from '../duty/duty.ts';
import { accessOfSubject } from '../kernel/ids.ts';
import { safe, safeInstant } from '../kernel/safe.ts';
import type { OutwardText } from './page-text.ts';

/** The reason is a person's own words: it stands in the register and nowhere else. */
export const accessText = (
  { subject, createdAt }: Pick<Duty, 'subject' | 'createdAt'>,
  { directory, baseUrl }: Pick<Configuration, 'directory' | 'baseUrl'>,
): OutwardText => {
  const person = accessOfSubject(subject);
  const name = (person === undefined ? undefined : directory.people.get(person)?.name) ?? safe`somebody who is not in the directory`;
  return {
    title: safe`[Art33] Break-glass: ${name} is in the console`,
    lines: [
      safe`At ${safeInstant(createdAt)} ${name} opened the console without the identity provider, by credentials of the account itself. The reason, and all that is done there, stand in the register.`,
      safe`Call ${name} at the number on file. Was it somebody else: take these credentials away, then art33 channel distrust aws.`,
    ],
    link: safe`${baseUrl}/register`,
  };
};
