// Decides by fixed words what a letter in English or German says of a breach: stated, hinted at, something else, or unclear.
// A wrong yes costs a look, a wrong no a breach: only what is plainly something else is called so.

/** One spelling for all: umlauts written out, blanks and signs that nobody sees taken away. */
const plain = (text: string): string =>
  text
    .slice(0, 100_000)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\u2018\u2019`]/g, "'");

/** A line break inside a paragraph is none of a sentence. */
export const sentencesOf = (text: string): readonly string[] =>
  plain(text)
    .split(/[.!?;]\s|\n[ \t]*\r?\n|[.!?]$/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '')
    .slice(0, 2_000);

const words = (...alternatives: readonly string[]): RegExp => new RegExp(`\\b(?:${alternatives.join('|')})`);

const data = words(
  '(?:personal|customer|user|client|account|contact|payment|health|employee) (?:data|information|details|records)',
  'data of',
  '(?:your|our|their|the) data\\b',
  'e-?mail addresses',
  'user ?names',
  '(?:hashed )?passwords?\\b',
  'credentials',
  'database',
  'accounts?\\b',
  'personenbezogene',
  '(?:kunden|nutzer|benutzer|personen|konto|zugangs|kontakt|gesundheits|mitarbeiter|zahlungs)daten',
  '(?:ihre|ihrer|unsere|unserer|fremde|fremder|andere|anderer) daten',
  'e-?mail-?adressen',
  'passwoerter',
  'datensaetze',
  'datenbank',
  'konten\\b',
);

const lost = words(
  'accessed',
  'obtained',
  'acquired',
  'exfiltrated',
  'stolen',
  'copied',
  'downloaded',
  'disclosed',
  'exposed',
  'leaked',
  'compromised',
  'encrypted by',
  'published',
  'sent to the wrong',
  'publicly (?:accessible|available|visible)',
  'abgeflossen',
  'entwendet',
  'gestohlen',
  'kopiert',
  'abgegriffen',
  'offengelegt',
  'eingesehen',
  'veroeffentlicht',
  'ausgelesen',
  'kompromittiert',
  'verschluesselt worden',
  'erbeutet',
  'zugriff auf',
  'zugegriffen',
  'oeffentlich (?:zugaenglich|einsehbar|sichtbar)',
  'falschen? empfaenger',
);

const breach = words(
  '(?:personal )?data (?:breach|leak|loss|theft)',
  'breach of (?:personal )?data',
  'security breach',
  'breach notification',
  'unauthori[sz]ed (?:access|party|parties|third|person|individual|actor|disclosure)',
  'ransomware',
  'intrusion',
  'hacked',
  'datenpanne',
  'daten(?:schutz)?(?:verletzung|vorfall|verstoss)',
  'datenleck',
  'datendiebstahl',
  'verletzung des schutzes',
  '(?:unbefugt|unautorisiert|unberechtigt)e?[rn]?\\b',
  'cyber-?angriff',
  'hacker-?angriff',
  'gehackt',
  'eingedrungen',
  'art(?:\\.|icle|ikel) ?33\\b',
);

const incident = words(
  'security (?:incident|alert)',
  'incident (?:report|notice|notification)',
  '(?:suspicious|malicious) (?:activity|login|sign-?in)',
  'changed by a third party',
  'sicherheitsvorfall',
  'sicherheitsrelevante',
  'verdaechtige (?:aktivitaet|anmeldung|zugriff)',
);

const rotation = words(
  'rotat(?:e|ing|ion)\\b',
  '(?:re-?create|replace|renew|revoke|reset|regenerate|change) (?:all|your|any|the|every|them)',
  'change (?:their|your) password',
  'have been (?:invalidated|revoked)',
  '(?:passwoerter|passwort|schluessel|zugangsdaten|token|tokens|kennwoerter|kennwort) (?:zu )?(?:aendern|erneuern|tauschen|zurueck ?setzen|rotieren|widerrufen)',
);

const advisory = words(
  'cve-\\d{4}-\\d{4,}',
  'vulnerabilit',
  'security (?:advisory|update|bulletin|patch|fix|release)',
  'schwachstelle',
  'sicherheits(?:luecke|update|hinweis|mitteilung|patch)',
);

/** It happened, said in so many words. */
const happened = words(
  'we (?:became aware|have confirmed|confirm|discovered|detected|identified|experienced|suffered|regret|learned)',
  '(?:has|have) (?:occurred|taken place|happened)',
  'there (?:was|has been) an?\\b',
  '(?:was|were|has been|have been) (?:accessed|obtained|acquired|exfiltrated|stolen|copied|downloaded|disclosed|exposed|leaked|compromised|published)',
  'obtained',
  'kam es zu',
  'ist es zu',
  '(?:hat|haben) sich ereignet',
  'wir haben (?:festgestellt|bemerkt|entdeckt)',
  'mussten wir feststellen',
  'haben wir kenntnis',
  '(?:wurde|wurden|sind|ist) .{0,60}(?:abgeflossen|entwendet|gestohlen|kopiert|abgegriffen|offengelegt|eingesehen|veroeffentlicht|ausgelesen|kompromittiert|erbeutet|zugegriffen)',
);

/** Said with a may-be or a not: no statement of fact. */
const hedged = words(
  '(?:may|might|could|would|can) (?:have|be|not|send)',
  'possibl[ey]',
  'potential',
  'whether',
  'suspect',
  'no (?:evidence|indication|sign|customer|personal|user)',
  'none of',
  '(?:not|never|neither|nor)\\b',
  "(?:did|do|does|was|were|has|have|is|are)n't",
  'in (?:the event|case) of',
  'if (?:a|an|you|we|the)\\b',
  'how to',
  'moeglicherweise',
  'womoeglich',
  'koennte',
  'eventuell',
  'potenziell',
  'vermut',
  'verdacht',
  'kein(?:e|en|er|erlei)?\\b',
  'nicht\\b',
  'weder\\b',
  '\\bob\\b',
  'falls\\b',
  'im falle?\\b',
);

/** What people see who should not: as they say it. */
const foreign = words(
  "(?:other|another|somebody else|someone else|a stranger)(?:'s)? (?:people|person|customer|user|client|account|data|order|message|name)",
  '(?:fremde|anderer|andere)[rn]? (?:leute|kunden|kundinnen|nutzer|daten|personen|konten|bestellungen|nachrichten)',
);

const ours = words('we\\b', 'our\\b', 'us\\b', 'your?\\b', 'my\\b', 'i\\b', 'wir\\b', 'uns', 'ihr', 'mein', 'ich\\b', 'eur');

export type Said = 'fact' | 'incident' | 'rotation' | 'advisory' | 'unclear' | 'other';

const statesFact = (sentence: string): boolean =>
  ((data.test(sentence) && lost.test(sentence)) || breach.test(sentence)) && happened.test(sentence) && !hedged.test(sentence);

/** A webinar about data breaches speaks of nobody's own. */
const hints = (sentence: string): boolean =>
  incident.test(sentence) ||
  foreign.test(sentence) ||
  (data.test(sentence) && lost.test(sentence)) ||
  (breach.test(sentence) && ours.test(sentence));

const sign: readonly (readonly [Said, (sentence: string) => boolean])[] = [
  ['fact', statesFact],
  ['incident', hints],
  ['rotation', (sentence) => rotation.test(sentence)],
  ['advisory', (sentence) => advisory.test(sentence)],
  ['unclear', (sentence) => breach.test(sentence)],
];

/** The gravest thing that any sentence says; `other` where a sentence shows what else it is about, and nothing grave is said. */
export const saidIn = (sentences: readonly string[], whole: boolean, other: RegExp): Said => {
  for (const [said, says] of sign) if (sentences.some(says)) return said;
  return whole && sentences.some((sentence) => other.test(sentence)) ? 'other' : 'unclear';
};

/** What a company writes to all its customers about something else. */
export const vendorMatters = words(
  'newsletter',
  'unsubscribe',
  'webinar',
  'invoice',
  'receipt for',
  'your (?:bill|subscription|trial)',
  'pricing',
  'price (?:change|list)',
  'release notes',
  "what's new",
  'new features?',
  '(?:scheduled|planned) maintenance',
  'terms of (?:service|use)',
  'sub-?processor list',
  'customer survey',
  'rechnung',
  'newsletter abbestellen',
  '(?:geplante )?wartung(?:sarbeiten|sfenster)?\\b',
  'preis(?:anpassung|aenderung|liste)',
  'allgemeine geschaeftsbedingungen',
  'agb\\b',
  'neue funktionen',
  'einladung zu',
  'umfrage',
);

/** What people write to a privacy or support mailbox every day. */
export const everydayRequests = words(
  '(?:subject )?access request',
  'right of access',
  'article 15',
  'art\\. ?15\\b',
  'which data (?:do|have) you',
  'what data (?:do|have) you',
  'copy of my data',
  '(?:delete|erase|remove|close) my (?:account|data|profile)',
  'deletion of my',
  'unsubscribe',
  'newsletter',
  'opt out',
  'withdraw my consent',
  'object to (?:the )?(?:processing|advertising)',
  'change my (?:address|e-?mail|name|phone)',
  'correct my',
  'forgot(?:ten)? (?:my )?password',
  'invoice',
  'opening hours',
  'where is my (?:order|parcel)',
  'data processing agreement',
  'list of (?:your )?sub-?processors',
  'job application',
  'auskunft',
  'welche daten',
  'kopie meiner daten',
  '(?:loesch|entfern)\\w{0,10} .{0,40}(?:meine|konto|daten|profil)',
  'mein(?:e|en)? .{0,40}(?:loeschen|entfernen)',
  'abbestell',
  'abmeld',
  'widerruf',
  'widerspr',
  'adresse .{0,40}(?:aendern|geaendert)',
  'adressaenderung',
  'passwort vergessen',
  'rechnung',
  'oeffnungszeiten',
  'wo (?:bleibt|ist) meine (?:bestellung|lieferung)',
  'auftragsverarbeitung',
  'bewerbung',
);
