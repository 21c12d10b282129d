// Decides what is said on the phone when nothing else works: who calls, what is known, what is never said (P-13).
import type { Directory } from '../directory/directory.ts';
import { type Safe, safe } from '../kernel/safe.ts';

/** Read out, line by line. Facts come from the draft; nobody promises, blames or guesses. */
export const callScript = ({ operator }: Pick<Directory, 'operator'>): readonly Safe[] => [
  safe`1. "This is <your name>, ${operator.name}, your processor. I call about the security of your data. Am I speaking to <contact>?"`,
  safe`2. Somebody else: ask for the data protection officer or the management. Do not say why to anybody else.`,
  safe`3. "To check that it is me, call back: ${operator.supportPhone}." Wait for the call if they wish.`,
  safe`4. Read the draft: what happened, since when, which systems, which categories. Say "suspected" or "confirmed" as the draft does.`,
  safe`5. What is not known: "This is not known yet. You hear from us within 24 hours, changed or not."`,
  safe`6. Never: another customer's name or number, a cause that nobody confirmed, "no data left", advice on their own duties.`,
  safe`7. Ask where the notice in writing should go if their mail is not to be trusted. Repeat it letter by letter.`,
  safe`8. Write down: who, number, hour of beginning and end, what was asked. It goes into the register later, under your name.`,
  safe`9. Questions of law: ${operator.dpo.name}, ${operator.dpo.mail}.`,
];
