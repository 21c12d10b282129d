// Decides how a played story is told to people: what came when, what was made of it and why, who was called.
import type { Incident } from '#core/incident/incident.ts';
import { reference } from '#core/kernel/ids.ts';
import type { Instant } from '#core/kernel/time.ts';
import type { Receipt } from '#flow/ports.ts';
import type { Taken, Told } from './play-run.ts';
import type { Story } from './play-story.ts';

type Line = { readonly at: Instant; readonly text: string };

const countOf = (receipts: readonly Receipt[]): string => {
  if (receipts.length === 0) return 'nothing in it';
  const by = Map.groupBy(receipts, ({ disposition }) => disposition);
  return [...by].map(([disposition, all]) => `${all.length} ${disposition}`).join(', ');
};

const takenLine = ({ arrival, receipts }: Taken): Line => {
  const cases = [...new Set(receipts.flatMap((one) => one.incidents ?? []))].map(reference).join(', ');
  const reason = receipts.find((one) => one.reason !== undefined)?.reason;
  const silent = receipts.flatMap((one) => (one.silent ?? []).map(({ rule, by }) => `; ${rule} is silent by ${by}`));
  const text = `${arrival.source}: ${countOf(receipts)}${cases === '' ? '' : ` to ${cases}`}${reason === undefined ? '' : ` (${reason})`}${[...new Set(silent)].join('')}`;
  return { at: arrival.at, text };
};

const incidentLines = (incident: Incident): readonly Line[] => [
  {
    at: incident.openedAt,
    text: `${reference(incident.id)} opened: ${incident.title}`,
  },
  ...incident.findings.map((finding): Line => {
    const { rule, nature, personalData, controllers } = finding;
    const hurt = Object.entries(nature).map(([part, how]) => `${part} ${how}`);
    const whose = controllers.length === 0 ? 'no controller known' : controllers.join(', ');
    return {
      at: incident.openedAt,
      text: `${reference(incident.id)} why: ${rule.name} (${rule.level}), ${hurt.join(', ')}; personal data ${personalData}; ${whose}`,
    };
  }),
];

const messageLines = ({ calls, left }: Told): readonly Line[] => {
  const counted = new Set(calls.map((call): string => call.id));
  const byTurn = Map.groupBy(left, (one) => `${one.at} ${one.duty} ${one.subject.replace(/\[[^\]]*\]\s*/, '')}`);
  return [...byTurn.values()].flatMap((all): readonly Line[] => {
    const [one] = all;
    if (!one) return [];
    const to = all.map(({ channel, to: whom }) => `${whom} by ${channel}`).join(', ');
    return [{ at: one.at, text: `${counted.has(one.duty) ? 'CALLED' : 'told'} ${to}: ${one.subject}` }];
  });
};

/** What came twice in a row is said once. */
const folded = (lines: readonly Line[]): readonly Line[] => {
  const runs: { readonly line: Line; times: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last?.line.text === line.text) last.times += 1;
    else runs.push({ line, times: 1 });
  }
  return runs.map(({ line, times }) => (times === 1 ? line : { ...line, text: `${line.text} (${times} times from here)` }));
};

/** The story for people: what came when, what was made of it and why, who was told. */
export const accountOf = (story: Story, told: Told, timeText: (at: Instant) => string): readonly string[] => {
  const { outcome, incidents, pages } = told.ending;
  const lines = [...folded(told.taken.map(takenLine)), ...told.incidents.flatMap(incidentLines), ...messageLines(told)];
  return [
    story.name,
    ...lines.toSorted((a, b) => a.at - b.at).map(({ at, text }) => `${timeText(at)}  ${text}`),
    `Outcome ${outcome}; ${incidents} case(s); somebody newly called ${pages} time(s).`,
  ];
};
