// Decides what an incident looks like as a Jira issue: text nodes only, within Jira's limits, and findable by one label (TH-13, cases 17, 18, D-20).
import { PortError, type Ticket } from '#flow/ports.ts';

type Mark = { readonly type: 'link'; readonly attrs: { readonly href: string } };
type TextNode = { readonly type: 'text'; readonly text: string; readonly marks?: readonly Mark[] };
type Paragraph = { readonly type: 'paragraph'; readonly content: readonly TextNode[] };
export type AdfDocument = { readonly type: 'doc'; readonly version: 1; readonly content: readonly Paragraph[] };

const summaryLimit = 255;
/** Counted on the serialised document. */
const descriptionLimit = 32_767;
const mark = ' … [cut]';

/** Cuts between code points, `size` telling what a piece costs; a cut shows. */
const cut = (text: string, limit: number, size: (piece: string) => number): string => {
  if (size(text) <= limit) return text;
  let kept = '';
  let used = size(mark);
  for (const character of text) {
    used += size(character);
    if (used > limit) break;
    kept += character;
  }
  return kept + mark;
};

/** One line of 1 to 255 characters. */
export const summaryOf = (ticket: Ticket): string => {
  const line = ticket.summary.toWellFormed().replace(/\s+/g, ' ').trim();
  return cut(line === '' ? 'Art33 incident' : line, summaryLimit, (piece) => piece.length);
};

const paragraph = (text: string, href?: string): Paragraph => ({
  type: 'paragraph',
  content: [{ type: 'text', text, ...(href === undefined ? {} : { marks: [{ type: 'link', attrs: { href } }] }) }],
});

const serialised = (value: unknown): number => JSON.stringify(value).length;
/** What a piece costs inside a JSON string: quotes and backslashes cost two. */
const inString = (piece: string): number => serialised(piece) - 2;

const isLink = (text: string): boolean => text.length <= 2_000 && /^https?:\/\/[!-~]+$/.test(text) && !/["'<>\\^`{|}]/.test(text);

/** The link first: it leads to the record itself and is never cut (D-20). Empty lines are left out: an empty text node is refused. */
export const descriptionOf = (ticket: Ticket): AdfDocument => {
  const link = cut(ticket.link.toWellFormed(), 2_000, inString);
  const content: Paragraph[] = link.trim() === '' ? [] : [paragraph(link, isLink(link) ? link : undefined)];
  const shell = serialised({ type: 'doc', version: 1, content: [] });
  let used = shell + content.reduce((sum, part) => sum + serialised(part) + 1, 0);
  const lines = ticket.lines.flatMap((line) => line.toWellFormed().split(/\r\n?|\n/)).filter((line) => line.trim() !== '');
  const empty = serialised(paragraph('')) + 1;
  for (const line of lines) {
    const left = descriptionLimit - used - empty - (empty + mark.length);
    const text = cut(line, Math.max(left, 0), inString);
    content.push(paragraph(text === mark ? mark.trim() : text));
    if (text !== line) break;
    used += serialised(paragraph(text)) + 1;
  }
  return { type: 'doc', version: 1, content: content.length > 0 ? content : [paragraph('-')] };
};

/** The label that finds the ticket again: `art33-…`, letters and digits only, so that it can't be a query. */
export const labelOf = (label: string): string => {
  const full = label.startsWith('art33-') ? label : `art33-${label}`;
  if (!/^[A-Za-z0-9_-]{7,255}$/.test(full))
    throw new PortError('tickets', 'refused', 'label: letters, digits, hyphens, without blanks, were expected');
  return full;
};

/** The fields of a ticket as Jira is sent them, project and type aside: what the outbox shows. */
export const issueFields = (ticket: Ticket): Readonly<Record<string, unknown>> => ({
  summary: summaryOf(ticket),
  description: descriptionOf(ticket),
  labels: [labelOf(ticket.label)],
});
