// Decides what a person reads who looks at a report: its words, whoever told it, where to call back. For the console alone, never outward.
import { reportReference } from '../kernel/ids.ts';
import { at, isFields, textOf } from './fields.ts';
import { parseJson } from './json.ts';
import { mailOf } from './mail.ts';
import { isMail } from './mail-header.ts';
import { longestReport as longest } from './report-form.ts';
import type { RawEvent, Sender } from './signal.ts';

export type Told = {
  readonly text: string;
  readonly subject?: string;
  readonly caller?: string;
  readonly callback?: string;
  readonly by?: string;
  /** What was said to whoever told. */
  readonly reference?: string;
  readonly sender?: Sender;
  /** False where more was sent than is shown, such as a letter as PDF. */
  readonly whole: boolean;
};

const eventOf = (bytes: Uint8Array): RawEvent => {
  const text = new TextDecoder().decode(bytes);
  if (isMail(text)) return { text: text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text };
  const parsed = parseJson(text);
  return parsed ? { text, json: parsed.value } : { text };
};

/** Undefined where the bytes are neither a mail nor a report. */
export const toldIn = (bytes: Uint8Array): Told | undefined => {
  const event = eventOf(bytes);
  const mail = mailOf(event);
  if (mail)
    return {
      text: mail.text.slice(0, longest),
      subject: mail.subject,
      sender: mail.sender,
      whole: mail.whole && mail.text.length <= longest,
    };
  const form = isFields(event.json) ? event.json : {};
  const text = at(form, 'text');
  if (typeof text !== 'string') return undefined;
  const [caller, callback, by, id] = ['caller', 'callback', 'by', 'id'].map((name) => textOf(at(form, name)));
  return {
    text: text.slice(0, longest).toWellFormed(),
    ...(caller === undefined ? {} : { caller }),
    ...(callback === undefined ? {} : { callback }),
    ...(by === undefined ? {} : { by }),
    ...(id === undefined ? {} : { reference: reportReference(id) }),
    whole: text.length <= longest,
  };
};
