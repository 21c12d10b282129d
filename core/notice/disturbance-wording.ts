// Decides the words of a disturbance in two languages. Operational and no more: no cause, no blame, no conclusion of law, no promise but the next word.
import type { Language } from '../directory/directory.ts';
import type { Effect } from '../incident/disturbance.ts';
import { type Safe, safe } from '../kernel/safe.ts';

type ByWord = Readonly<Record<'start' | 'update' | 'end', Safe>>;

export type DisturbanceWording = {
  readonly title: ByWord;
  readonly what: ByWord;
  readonly effect: Readonly<Record<Effect | 'unsaid', Safe>>;
} & Readonly<
  Record<
    | 'message'
    | 'start'
    | 'update'
    | 'end'
    | 'kind'
    | 'operational'
    | 'noBreachTitle'
    | 'noBreach'
    | 'service'
    | 'someService'
    | 'since'
    | 'known'
    | 'back'
    | 'lasted'
    | 'asOf'
    | 'effectTitle'
    | 'nextTitle'
    | 'next'
    | 'nextBy'
    | 'nextByPerson'
    | 'nothingMore'
    | 'contactTitle'
    | 'disclaimer',
    Safe
  >
>;

const english: DisturbanceWording = {
  title: {
    start: safe`Disturbance of a service`,
    update: safe`Disturbance of a service goes on`,
    end: safe`Disturbance of a service is over`,
  },
  message: safe`Message`,
  start: safe`start of the disturbance`,
  update: safe`update`,
  end: safe`end of the disturbance`,
  kind: safe`Kind`,
  operational: safe`operational, sent automatically; no notice of a personal data breach`,
  noBreachTitle: safe`What this message is not`,
  noBreach: safe`  It is no notification of a personal data breach under Art. 33 GDPR and no notice of a\n  suspected one. If there is one, the contacts named in our contract get a message of its\n  own. That there is none does not follow from this one.`,
  what: {
    start: safe`A service that we run for you cannot be reached, or only in part. The cause is not\nestablished yet. Our people are informed.`,
    update: safe`The service still cannot be reached, or only in part, as far as we know. The cause is\nnot established yet.`,
    end: safe`The service can be reached again, as far as we know.`,
  },
  service: safe`Service`,
  someService: safe`a service that we run for you`,
  since: safe`Disturbed since`,
  known: safe`Known to us since`,
  back: safe`Back since`,
  lasted: safe`Lasted`,
  asOf: safe`As of`,
  effectTitle: safe`What it meant for people`,
  effect: {
    none: safe`  Nothing, as far as we know.`,
    unreachable: safe`  In that time they could not reach the service or their data in it. We know of no data\n  that were lost.`,
    delayed: safe`  What was sent in that time came late. We know of no data that were lost.`,
    lost: safe`  Data of that time may be lost. The contacts named in our contract hear of that in a\n  message of its own.`,
    unsaid: safe`  In that time they could not reach the service or their data in it, or only in part.\n  Whether anything else came of it is being looked into; if it did, the contacts named in\n  our contract hear of it in a message of its own.`,
  },
  nextTitle: safe`What comes next`,
  next: safe`  We write at least every hour while it lasts, and once it is over.`,
  nextBy: safe`Next message by`,
  nextByPerson: safe`  From now on one of us writes to you personally, and once it is over.`,
  nothingMore: safe`  Nothing more about this disturbance. Should the service be away again, we write anew.`,
  contactTitle: safe`Contact`,
  disclaimer: safe`This message is no assessment of a cause, of fault or of legal duties.\nIt holds no personal data of the people concerned.`,
};

const german: DisturbanceWording = {
  title: {
    start: safe`Störung eines Dienstes`,
    update: safe`Störung eines Dienstes dauert an`,
    end: safe`Störung eines Dienstes ist vorbei`,
  },
  message: safe`Nachricht`,
  start: safe`Beginn der Störung`,
  update: safe`Zwischenstand`,
  end: safe`Ende der Störung`,
  kind: safe`Art`,
  operational: safe`betrieblich, automatisch versandt; keine Meldung einer Datenschutzverletzung`,
  noBreachTitle: safe`Was diese Nachricht nicht ist`,
  noBreach: safe`  Sie ist keine Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33\n  DSGVO und kein Hinweis auf eine mögliche. Gibt es eine, erhalten die im Vertrag\n  genannten Ansprechpartner eine eigene Nachricht. Dass es keine gibt, folgt aus dieser\n  nicht.`,
  what: {
    start: safe`Ein Dienst, den wir für Sie betreiben, ist nicht oder nur teilweise erreichbar. Die\nUrsache steht noch nicht fest. Unsere Leute sind unterrichtet.`,
    update: safe`Der Dienst ist nach unserem Stand weiterhin nicht oder nur teilweise erreichbar. Die\nUrsache steht noch nicht fest.`,
    end: safe`Der Dienst ist nach unserem Stand wieder erreichbar.`,
  },
  service: safe`Dienst`,
  someService: safe`ein Dienst, den wir für Sie betreiben`,
  since: safe`Gestört seit`,
  known: safe`Uns bekannt seit`,
  back: safe`Wieder da seit`,
  lasted: safe`Dauer`,
  asOf: safe`Stand`,
  effectTitle: safe`Was es für Menschen bedeutet hat`,
  effect: {
    none: safe`  Nach unserem Stand nichts.`,
    unreachable: safe`  In dieser Zeit konnten sie den Dienst oder ihre Daten darin nicht erreichen. Dass Daten\n  verloren gingen, ist uns nicht bekannt.`,
    delayed: safe`  Was in dieser Zeit gesendet wurde, kam verspätet an. Dass Daten verloren gingen, ist uns\n  nicht bekannt.`,
    lost: safe`  Daten aus dieser Zeit können verloren sein. Davon erfahren die im Vertrag genannten\n  Ansprechpartner durch eine eigene Nachricht.`,
    unsaid: safe`  In dieser Zeit konnten sie den Dienst oder ihre Daten darin nicht oder nur teilweise\n  erreichen. Ob sonst etwas daraus folgte, wird geprüft; wenn ja, erfahren es die im\n  Vertrag genannten Ansprechpartner durch eine eigene Nachricht.`,
  },
  nextTitle: safe`Wie es weitergeht`,
  next: safe`  Solange es dauert, schreiben wir mindestens stündlich, und einmal am Ende.`,
  nextBy: safe`Nächste Nachricht bis`,
  nextByPerson: safe`  Von nun an schreibt Ihnen jemand von uns persönlich, auch wenn es vorbei ist.`,
  nothingMore: safe`  Zu dieser Störung nichts mehr. Fällt der Dienst erneut aus, schreiben wir neu.`,
  contactTitle: safe`Ansprechpartner`,
  disclaimer: safe`Diese Nachricht beurteilt weder Ursache noch Verschulden noch rechtliche Pflichten.\nSie enthält keine personenbezogenen Daten der Betroffenen.`,
};

export const disturbanceWording: Readonly<Record<Language, DisturbanceWording>> = { en: english, de: german };
