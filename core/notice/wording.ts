// Decides the words of the notice in two languages. Reviewed as text: no conclusion of law, no likelihood class for people, no promise but the next update.
import type { Likelihood, Nature } from '../detection/rule.ts';
import type { Language } from '../directory/directory.ts';
import { type Safe, safe } from '../kernel/safe.ts';

type ByRelease = Readonly<Record<'suspected' | 'confirmed', Safe>>;

export type Wording = {
  readonly language: Language;
  readonly title: ByRelease;
  readonly below: Safe;
  readonly courtesy: Safe;
  readonly preliminary: Safe;
  readonly what: ByRelease;
  readonly likelihood: Readonly<Record<Likelihood, Safe>>;
  readonly yourPart: ByRelease;
  readonly affected: ByRelease;
  readonly consequence: Readonly<Record<keyof Nature, Safe>>;
} & Readonly<
  Record<
    | 'reference'
    | 'earlierReference'
    | 'forController'
    | 'from'
    | 'version'
    | 'times'
    | 'firstSign'
    | 'lastSign'
    | 'ended'
    | 'detected'
    | 'suspected'
    | 'aware'
    | 'thisNotice'
    | 'nature'
    | 'confidentiality'
    | 'integrity'
    | 'availability'
    | 'systems'
    | 'people'
    | 'data'
    | 'numbers'
    | 'categoriesNote'
    | 'unknown'
    | 'updatePromise'
    | 'consequences'
    | 'consequencesNote'
    | 'measures'
    | 'contact'
    | 'phone'
    | 'dpo'
    | 'verify'
    | 'disclaimer'
    | 'notYetKnown'
    | 'toBeDetermined',
    Safe
  >
>;

export const english: Wording = {
  language: 'en',
  // A suspicion never bears the name of Art. 33(2) (D-5).
  title: {
    suspected: safe`Notice of a suspected breach, not confirmed`,
    confirmed: safe`Notification of a personal data breach under Art. 33(2) GDPR (preliminary)`,
  },
  below: safe`A German text for your convenience follows below.`,
  courtesy: safe`Courtesy translation. The English text above is binding.`,
  preliminary: safe`preliminary`,
  what: {
    suspected: safe`We have signs of a breach of security that may have touched personal data which we\nprocess for you. It is not confirmed. We tell you now and keep investigating.`,
    confirmed: safe`A breach of security has touched personal data which we process for you. This is a\nfirst notice with what we know now; more follows in phases (Art. 33(4) GDPR).`,
  },
  likelihood: {
    none: safe`no sign in the records that we have; not excluded`,
    possible: safe`possibly affected`,
    likely: safe`signs that it was affected`,
  },
  yourPart: {
    suspected: safe`What you may want to prepare\n  Whether and whom you inform is yours to decide. We send the facts for it as we\n  find them. Please make sure that this address is read outside office hours.`,
    confirmed: safe`What you have to decide\n  Your own duties under Art. 33 and 34 GDPR are yours to assess. On the strictest\n  reading your 72 hours began when this notice reached you, or earlier if we told you\n  of a confirmed breach before. On request we assist you with the facts that we have.`,
  },
  reference: safe`Reference`,
  earlierReference: safe`Earlier reference`,
  forController: safe`For`,
  from: safe`From`,
  version: safe`Version`,
  times: safe`Times`,
  firstSign: safe`First sign`,
  lastSign: safe`Last sign so far`,
  ended: safe`Ended`,
  detected: safe`Detected`,
  suspected: safe`Suspected since`,
  aware: safe`We became aware`,
  thisNotice: safe`This notice`,
  nature: safe`Nature`,
  confidentiality: safe`Confidentiality`,
  integrity: safe`Integrity`,
  availability: safe`Availability`,
  affected: { suspected: safe`What of yours may be affected`, confirmed: safe`What of yours is affected` },
  systems: safe`Systems`,
  people: safe`Categories of people`,
  data: safe`Categories of data`,
  numbers: safe`People and records`,
  categoriesNote: safe`  The categories are those of our contract; we correct them once we know more.`,
  unknown: safe`What we do not know yet\n  The cause, the extent, and the numbers of people and records concerned.`,
  updatePromise: safe`  You will hear from us again, whether or not anything has changed, by`,
  consequences: safe`Possible consequences`,
  consequence: {
    confidentiality: safe`  Persons without permission may have seen or used the data.`,
    integrity: safe`  Data may have been changed without permission.`,
    availability: safe`  Data may have been lost or out of reach.`,
  },
  consequencesNote: safe`  What that means for the people concerned depends on the content, which we do not\n  assess for you.`,
  measures: safe`Measures\n  Done: the incident is on record, and the raw records of the signs are kept.\n  Planned: find and close any way in, establish the extent, correct changes that we find.\n  Advised to you: change credentials and keys that you use with us, and warn your\n  staff of messages that refer to this matter.`,
  contact: safe`Contact`,
  phone: safe`Phone, day and night`,
  dpo: safe`Data protection officer`,
  verify: safe`  To be sure that this message is ours, call the number that you have on file for us\n  and give the reference. This message holds no link and asks for no password.`,
  disclaimer: safe`This notice is no admission of fault and no assessment of your legal duties.\nIt holds no personal data of the people concerned.`,
  notYetKnown: safe`not yet known`,
  toBeDetermined: safe`to be determined`,
};

export const german: Wording = {
  language: 'de',
  title: {
    suspected: safe`Hinweis auf eine mögliche Datenschutzverletzung, nicht bestätigt`,
    confirmed: safe`Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33 Abs. 2 DSGVO (vorläufig)`,
  },
  below: safe`Eine deutsche Übersetzung steht weiter unten.`,
  courtesy: safe`Übersetzung aus Gefälligkeit. Verbindlich ist der englische Text oben.`,
  preliminary: safe`vorläufig`,
  what: {
    suspected: safe`Es gibt Anzeichen für eine Sicherheitsverletzung, die personenbezogene Daten betroffen\nhaben kann, die wir für Sie verarbeiten. Bestätigt ist sie nicht. Wir sagen es Ihnen\nschon jetzt und untersuchen weiter.`,
    confirmed: safe`Eine Sicherheitsverletzung hat personenbezogene Daten betroffen, die wir für Sie\nverarbeiten. Dies ist eine erste Meldung mit dem, was wir jetzt wissen; Weiteres folgt\nschrittweise (Art. 33 Abs. 4 DSGVO).`,
  },
  likelihood: {
    none: safe`kein Anzeichen in den vorhandenen Aufzeichnungen; nicht ausgeschlossen`,
    possible: safe`möglicherweise betroffen`,
    likely: safe`Anzeichen, dass sie betroffen ist`,
  },
  yourPart: {
    suspected: safe`Was Sie vorbereiten können\n  Ob und wen Sie informieren, entscheiden Sie. Die Tatsachen dafür senden wir Ihnen,\n  sobald wir sie kennen. Bitte sorgen Sie dafür, dass dieses Postfach auch außerhalb\n  der Bürozeiten gelesen wird.`,
    confirmed: safe`Was Sie zu entscheiden haben\n  Ihre eigenen Pflichten nach Art. 33 und 34 DSGVO beurteilen Sie selbst. Nach der\n  strengsten Lesart begannen Ihre 72 Stunden, als diese Meldung Sie erreichte, oder\n  früher, wenn wir Ihnen die Verletzung schon zuvor bestätigt haben. Auf Anfrage\n  unterstützen wir Sie mit den Tatsachen, die uns vorliegen.`,
  },
  reference: safe`Zeichen`,
  earlierReference: safe`Bisheriges Zeichen`,
  forController: safe`Für`,
  from: safe`Von`,
  version: safe`Fassung`,
  times: safe`Zeiten`,
  firstSign: safe`Erstes Anzeichen`,
  lastSign: safe`Letztes Anzeichen bisher`,
  ended: safe`Ende`,
  detected: safe`Entdeckt`,
  suspected: safe`Verdacht seit`,
  aware: safe`Uns bekannt seit`,
  thisNotice: safe`Diese Meldung`,
  nature: safe`Art der Verletzung`,
  confidentiality: safe`Vertraulichkeit`,
  integrity: safe`Integrität`,
  availability: safe`Verfügbarkeit`,
  affected: { suspected: safe`Was bei Ihnen betroffen sein kann`, confirmed: safe`Was bei Ihnen betroffen ist` },
  systems: safe`Systeme`,
  people: safe`Kategorien von Personen`,
  data: safe`Kategorien von Daten`,
  numbers: safe`Personen und Datensätze`,
  categoriesNote: safe`  Die Kategorien sind die unseres Vertrags; wir berichtigen sie, sobald wir mehr wissen.`,
  unknown: safe`Was wir noch nicht wissen\n  Die Ursache, den Umfang und die Zahl der betroffenen Personen und Datensätze.`,
  updatePromise: safe`  Sie hören wieder von uns, ob sich etwas geändert hat oder nicht, bis`,
  consequences: safe`Mögliche Folgen`,
  consequence: {
    confidentiality: safe`  Unbefugte können die Daten gesehen oder benutzt haben.`,
    integrity: safe`  Daten können unbefugt verändert worden sein.`,
    availability: safe`  Daten können verloren oder nicht erreichbar gewesen sein.`,
  },
  consequencesNote: safe`  Was das für die Betroffenen bedeutet, hängt vom Inhalt ab, den wir nicht für Sie\n  bewerten.`,
  measures: safe`Maßnahmen\n  Getan: Der Vorfall ist erfasst, und die Rohaufzeichnungen der Anzeichen bleiben\n  erhalten.\n  Vorgesehen: einen etwaigen Zugang finden und schließen, den Umfang feststellen,\n  gefundene Veränderungen berichtigen.\n  Ihnen empfohlen: Zugangsdaten und Schlüssel ändern, die Sie bei uns verwenden, und\n  Ihre Leute vor Nachrichten warnen, die sich auf diesen Fall berufen.`,
  contact: safe`Ansprechpartner`,
  phone: safe`Telefon, Tag und Nacht`,
  dpo: safe`Datenschutzbeauftragter`,
  verify: safe`  Um sicher zu sein, dass diese Nachricht von uns ist, rufen Sie die Nummer an, die\n  Ihnen von uns vorliegt, und nennen Sie das Zeichen. Diese Nachricht enthält keinen\n  Link und fragt nach keinem Passwort.`,
  disclaimer: safe`Diese Meldung ist kein Anerkenntnis und keine Bewertung Ihrer rechtlichen Pflichten.\nSie enthält keine personenbezogenen Daten der Betroffenen.`,
  notYetKnown: safe`noch nicht bekannt`,
  toBeDetermined: safe`wird ermittelt`,
};
