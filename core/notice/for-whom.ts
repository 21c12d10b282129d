// Decides how a notice says for whom it is where one desk gets those of several companies, and what whoever passes it on has to do (P-15, R-139).
import type { Controller, Directory, Language } from '../directory/directory.ts';
import { type Safe, safe, safeReference } from '../kernel/safe.ts';
import type { IncidentId } from '../kernel/ids.ts';

type Words = Readonly<Record<'through' | 'group' | 'alone' | 'client' | 'clients', Safe>>;

const words: Readonly<Record<Language, Words>> = {
  en: {
    through: safe`Through`,
    group: safe`Group`,
    alone: safe`This message is about the company named after "For" alone. Each other company for which\nwe write to you, if any is concerned, gets a message of its own.`,
    client: safe`What you have to pass on\n  You process these data for the company named after "For". Please pass this message on\n  to it without undue delay (Art. 33(2) GDPR). Its own duties are its to assess, and its\n  time may run from when you tell it. We assist you both with the facts that we have.`,
    clients: safe`What you have to pass on\n  You process these data for clients of your own; which of them are concerned we do not\n  know. Please find that out, tell us, and pass this message on to each of them without\n  undue delay (Art. 33(2) GDPR). Their own duties are theirs to assess.`,
  },
  de: {
    through: safe`Über`,
    group: safe`Gruppe`,
    alone: safe`Diese Nachricht betrifft allein das Unternehmen, das hinter „Für“ steht. Für jedes andere\nUnternehmen, für das wir Ihnen schreiben, kommt eine eigene, falls es betroffen ist.`,
    client: safe`Was Sie weiterzugeben haben\n  Sie verarbeiten diese Daten für das Unternehmen, das hinter „Für“ steht. Bitte geben\n  Sie ihm diese Nachricht unverzüglich weiter (Art. 33 Abs. 2 DSGVO). Seine eigenen\n  Pflichten beurteilt es selbst, und seine Frist kann laufen, sobald Sie es unterrichten.\n  Wir unterstützen Sie beide mit den Tatsachen, die uns vorliegen.`,
    clients: safe`Was Sie weiterzugeben haben\n  Sie verarbeiten diese Daten für eigene Kunden; welche davon betroffen sind, wissen wir\n  nicht. Bitte stellen Sie es fest, sagen Sie es uns, und geben Sie jedem von ihnen diese\n  Nachricht unverzüglich weiter (Art. 33 Abs. 2 DSGVO). Ihre eigenen Pflichten\n  beurteilen sie selbst.`,
  },
};

const isOneOfSeveral = ({ group, through }: Controller): boolean => group !== undefined || through !== undefined;

/** A desk that gets four of them tells them apart without opening one. */
export const subjectFor = (title: Safe, controller: Controller, id: IncidentId): Safe =>
  isOneOfSeveral(controller) ? safe`${title}: ${controller.name} [${safeReference(id)}]` : safe`${title} [${safeReference(id)}]`;

const lineOf = (label: Safe, value: Safe | undefined): readonly Safe[] => (value === undefined ? [] : [safe`  ${label}: ${value}`]);

/** Stands below the name of the controller. */
export const addressee = (
  { group, through }: Controller,
  { controllers }: Pick<Directory, 'controllers'>,
  language: Language,
): readonly Safe[] => {
  const agency = through === undefined ? undefined : controllers.get(through)?.name;
  return [...lineOf(words[language].through, agency), ...lineOf(words[language].group, group)];
};

/** From one controller's view: whether anybody else is concerned is not said. */
export const aboutOneAlone = (controller: Controller, language: Language): readonly Safe[] =>
  isOneOfSeveral(controller) ? [words[language].alone] : [];

/** Instead of what a controller has to decide: whoever only passes it on decides nothing for its client. */
export const passingOn = ({ through, capacity }: Controller, language: Language): Safe | undefined => {
  if (through !== undefined) return words[language].client;
  return capacity === 'processor' ? words[language].clients : undefined;
};
