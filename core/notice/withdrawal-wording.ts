// Decides the words by which a notice is taken back, in two languages: what it takes back, why, what falls away with it; no conclusion of law, nothing of others.
import type { Language } from '../directory/directory.ts';
import type { Release, WithdrawalReason } from '../incident/incident.ts';
import { type Safe, safe } from '../kernel/safe.ts';

export type WithdrawalWording = {
  /** A suspicion never bears the name of Art. 33(2), its withdrawal neither (D-5). */
  readonly title: Readonly<Record<Release['as'], Safe>>;
  readonly named: Readonly<Record<Release['as'], Safe>>;
  readonly what: Safe;
  readonly why: Readonly<Record<WithdrawalReason, Safe>>;
  readonly whyTitle: Safe;
  readonly told: Safe;
  readonly under: Safe;
  readonly decided: Safe;
  readonly noLonger: Safe;
  readonly stays: Safe;
  readonly evidence: Safe;
  readonly version: Safe;
  readonly disclaimer: Safe;
};

const english: WithdrawalWording = {
  title: {
    suspected: safe`Withdrawal of our notice of a suspected breach`,
    confirmed: safe`Withdrawal of our notification under Art. 33(2) GDPR`,
  },
  named: {
    suspected: safe`Notice of a suspected breach, not confirmed`,
    confirmed: safe`Notification of a personal data breach under Art. 33(2) GDPR`,
  },
  what: safe`We take back what is named below. It does not describe what we know today.`,
  whyTitle: safe`Why`,
  why: {
    'not-affected': safe`  Our investigation went on. We no longer count data which we process for you among\n  what was affected.`,
    'no-breach': safe`  Our investigation went on. What we had seen turned out to be no breach of security.`,
  },
  told: safe`What this takes back`,
  under: safe`reference`,
  decided: safe`Decided`,
  noLonger: safe`What you need no longer do\n  Wait for the update that was promised; it falls away. Change credentials or keys, or\n  warn your staff, because of that message. Keep anybody ready because of it.\n  If none of these messages reached you, there is nothing to do at all.`,
  stays: safe`What stays yours to decide\n  If you told an authority or the people concerned because of it, whether and how you\n  correct that. This message and its reference may serve as evidence of it. Should we\n  learn otherwise, you get a new notice.`,
  evidence: safe`  Who decided, on which evidence, is on record here. On request we tell you what of it\n  concerns you.`,
  version: safe`withdrawal`,
  disclaimer: safe`This message is no assessment of your legal duties.\nIt holds no personal data of the people concerned.`,
};

const german: WithdrawalWording = {
  title: {
    suspected: safe`Rücknahme unseres Hinweises auf eine mögliche Datenschutzverletzung`,
    confirmed: safe`Rücknahme unserer Meldung nach Art. 33 Abs. 2 DSGVO`,
  },
  named: {
    suspected: safe`Hinweis auf eine mögliche Datenschutzverletzung, nicht bestätigt`,
    confirmed: safe`Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33 Abs. 2 DSGVO`,
  },
  what: safe`Wir nehmen zurück, was unten genannt ist. Es beschreibt nicht, was wir heute wissen.`,
  whyTitle: safe`Warum`,
  why: {
    'not-affected': safe`  Wir haben weiter untersucht. Daten, die wir für Sie verarbeiten, zählen wir nicht\n  mehr zu den betroffenen.`,
    'no-breach': safe`  Wir haben weiter untersucht. Was wir gesehen hatten, war keine Verletzung der\n  Sicherheit.`,
  },
  told: safe`Was damit zurückgenommen ist`,
  under: safe`Zeichen`,
  decided: safe`Entschieden`,
  noLonger: safe`Was Sie nicht mehr tun müssen\n  Auf die zugesagte weitere Nachricht warten; sie entfällt. Wegen jener Nachricht\n  Zugangsdaten oder Schlüssel ändern oder Ihre Leute warnen. Jemanden dafür\n  bereithalten. Hat Sie keine dieser Nachrichten erreicht, ist nichts zu tun.`,
  stays: safe`Was Ihre Entscheidung bleibt\n  Ob und wie Sie es berichtigen, wenn Sie deswegen eine Behörde oder die Betroffenen\n  unterrichtet haben. Diese Nachricht und ihr Zeichen können dafür als Beleg dienen.\n  Erfahren wir anderes, erhalten Sie eine neue Meldung.`,
  evidence: safe`  Wer auf welcher Grundlage entschieden hat, ist bei uns festgehalten. Auf Anfrage\n  teilen wir Ihnen mit, was davon Sie betrifft.`,
  version: safe`Rücknahme`,
  disclaimer: safe`Diese Nachricht ist keine Bewertung Ihrer rechtlichen Pflichten.\nSie enthält keine personenbezogenen Daten der Betroffenen.`,
};

export const withdrawalWording: Readonly<Record<Language, WithdrawalWording>> = { en: english, de: german };
