// Decides how an incident's severity reads: ENISA's number part by part with its reasons, and what it is used for.
import { html } from 'hono/html';
import type { Scored, Severity } from '#core/detection/severity.ts';
import type { Html } from '../layout.ts';
import { tag } from '../words.ts';

const row = (name: string, { value, reason }: Scored<number>): Html =>
  html`<tr><th scope="row">${name}</th><td data-label="Score">${value}</td><td data-label="Why">${reason}</td></tr>`;

const flagWords: Readonly<Record<Severity['flags'][number], string>> = {
  'more-than-100': 'More than 100 people: one level more for waking people.',
  unintelligible: 'Nobody outside can read it. That closes nothing.',
};

/** The colours of levels, for the same weight. */
const tones: Readonly<Record<Severity['level'], string>> = { low: '', medium: '', high: 'level-high', 'very-high': 'level-critical' };

const inWords = (level: Severity['level']): string => level.replace('-', ' ');

const marks = ({ borderline, flags }: Severity): readonly string[] => [
  ...(borderline ? ['Borderline: within 0.25 of the next level or of this one’s lower end; the higher one counts for waking people.'] : []),
  ...flags.map((flag) => flagWords[flag]),
];

export const severitySection = (severity: Severity | undefined): Html => {
  if (!severity) return html`<p class="quiet">Not scored: no personal data is hurt as far as is known.</p>`;
  const { scores, se, level, escalation, method } = severity;
  return html`<p>${tag(`SE ${se}: ${inWords(level)}`, tones[level])}${escalation === level ? '' : html` ${tag(`calls as ${inWords(escalation)}`, tones[escalation])}`}
    <span class="quiet">${method}: context × identification + circumstances = ${scores.dpc.value} × ${scores.ei.value} + ${se - scores.dpc.value * scores.ei.value}</span></p>
  <div class="scroll"><table class="stack"><thead><tr><th>Part</th><th>Score</th><th>Why</th></tr></thead><tbody>
    ${row('Data processing context (DPC)', scores.dpc)}
    ${row('Ease of identification (EI)', scores.ei)}
    ${row('Loss of confidentiality', scores.confidentiality)}
    ${row('Loss of integrity', scores.integrity)}
    ${row('Loss of availability', scores.availability)}
    ${row('Malicious intent', scores.malice)}
  </tbody></table></div>
  ${marks(severity).map((mark) => html`<p>${mark}</p>`)}
  <p class="quiet">Only for waking people here. Whether and when a controller is told does not depend on it, and it says nothing of what that controller has to decide.</p>`;
};
