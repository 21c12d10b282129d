// Decides what a page looks like in Slack: plain text that nobody's words can turn into a mention, a link or a missing message (TH-12, cases 14, 19, 46).
import type { Page } from '#flow/ports.ts';

type PlainText = { readonly type: 'plain_text'; readonly text: string; readonly emoji: false };
type Block =
  | { readonly type: 'header' | 'section'; readonly text: PlainText }
  | {
      readonly type: 'rich_text';
      readonly elements: readonly [
        { readonly type: 'rich_text_section'; readonly elements: readonly [{ readonly type: 'link'; readonly url: string }] },
      ];
    };

export type SlackPayload = {
  /** What a notification shows, and all there is without blocks. */
  readonly text: string;
  readonly mrkdwn: false;
  /** A preview would call on whatever host the text names. */
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks?: readonly Block[];
};

const headerLimit = 150;
const sectionLimit = 3_000;
const textLimit = 4_000;
const mark = ' … [cut]';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escaped first, then cut between code points, so that no entity and no character is halved; a cut shows. */
export const slackText = (text: string, limit: number): string => {
  const units = [...text.toWellFormed()].map((character) => escapes[character] ?? character);
  if (units.reduce((sum, unit) => sum + unit.length, 0) <= limit) return units.join('');
  let kept = '';
  for (const unit of units) {
    if (kept.length + unit.length + mark.length > limit) break;
    kept += unit;
  }
  return kept + mark;
};

const plain = (text: string, limit: number): PlainText => ({ type: 'plain_text', text: slackText(text, limit), emoji: false });

/** An empty text makes Slack refuse the whole message, not the block. */
const filled = (text: string, otherwise: string): string => (text.trim() === '' ? otherwise : text);

const isLink = (text: string): boolean =>
  text.length <= sectionLimit && /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/[A-Za-z0-9._~/?=&%#-]*)?$/.test(text);

const titleOf = (page: Page): string => filled(page.title.replace(/\s+/g, ' '), 'Art33');
const bodyOf = (page: Page): string => [`For: ${page.to}`, ...page.lines].join('\n');

const quiet = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

/** The link keeps its place whatever is cut before it: the full text is behind it (case 14). */
const textWithLink = (head: string, link: string): string => {
  const tail = `\n${slackText(link, sectionLimit)}`;
  return slackText(head, textLimit - tail.length) + tail;
};

/** The second form, for a workspace that refuses the blocks: the same words as one plain text. */
export const plainPayload = (page: Page): SlackPayload => ({
  text: textWithLink(`${titleOf(page)}\n${bodyOf(page)}`, page.link),
  ...quiet,
});

/** The first form. The link is a typed element, never markup. */
export const blockPayload = (page: Page): SlackPayload => {
  const link: Block = isLink(page.link)
    ? { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'link', url: page.link }] }] }
    : { type: 'section', text: plain(filled(page.link, '-'), sectionLimit) };
  const blocks: readonly Block[] = [
    { type: 'header', text: plain(titleOf(page), headerLimit) },
    { type: 'section', text: plain(bodyOf(page), sectionLimit) },
    link,
  ];
  return { ...plainPayload(page), blocks };
};
