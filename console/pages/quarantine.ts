// Decides what is shown of events that could not be read: how many, since when, why, by source, with the button that reads them again.
import { html } from 'hono/html';
import type { Heap, Listing, Replayed } from '#flow/quarantine.ts';
import type { Html } from '../layout.ts';
import { minuteOf } from '../words.ts';

export type QuarantineView = {
  readonly listing: Listing;
  readonly formToken: string;
  /** Each event leads to where it is shown. */
  readonly showsRaw: boolean;
  /** Of the replay that was asked for just now. */
  readonly replayed?: Replayed;
};

/** The command line lists them all. */
const shownAtMost = 50;

const again = (source: string, formToken: string): Html => html`<form method="post" action="/quarantine/replay">
  <input type="hidden" name="token" value="${formToken}"><input type="hidden" name="source" value="${source}"><button>Read again</button></form>`;

const row = ({ source, count, since, reasons }: Heap, formToken: string): Html => html`<tr><th scope="row">${source}</th>
  <td>${count}</td><td>${minuteOf(since)}</td>
  <td><ul class="plain">${reasons.map(({ reason, count: n }) => html`<li>${reason} (${n})</li>`)}</ul></td><td>${again(source, formToken)}</td></tr>`;

const outcome = (replayed: Replayed): Html =>
  replayed === 'queued'
    ? html`<p class="ok">Queued to be read again. What still can’t be read stands here in a minute.</p>`
    : html`<p class="ok">Read ${replayed.attached + replayed.assessed + replayed.duplicate}: ${replayed.attached} part of an incident, ${replayed.assessed} nothing bad, ${replayed.duplicate} seen before. Still unreadable: ${replayed.quarantined}.</p>`;

export const quarantineView = ({ listing, formToken, showsRaw, replayed }: QuarantineView): Html => html`<h2 id="quarantine">Quarantine</h2>
  ${replayed === undefined ? '' : outcome(replayed)}
  ${
    listing.sources.length === 0
      ? html`<p>Nothing is unreadable.</p>`
      : html`<p>Kept whole until somebody mends the reader, the mapping or the sender. Read again, each counts with the time at which it came in, and once.</p>
  <div class="scroll"><table><thead><tr><th>Source</th><th>Unreadable</th><th>Since</th><th>Why</th><th></th></tr></thead><tbody>
  ${listing.sources.map((heap) => row(heap, formToken))}</tbody></table></div>
  <h3>The latest</h3><div class="scroll"><table><thead><tr><th>Since</th><th>Event</th><th>Why</th></tr></thead><tbody>
  ${listing.events.slice(0, shownAtMost).map(({ id, since, reason }) => html`<tr><td>${minuteOf(since)}</td><td>${showsRaw ? html`<a href="/quarantine/look?id=${encodeURIComponent(id)}"><code>${id}</code></a>` : html`<code>${id}</code>`}</td><td>${reason}</td></tr>`)}</tbody></table></div>
  <p class="quiet">${showsRaw ? 'To read one, open it, or:' : 'To read one:'} <code>art33 quarantine show ID --show --as PERSON --why …</code>. It is personal data: each look stands in the register.</p>`
  }`;
