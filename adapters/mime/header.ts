// Decides what may stand in a header of a mail: typed fields only, ASCII only, and nothing that starts a second one (TH-10).
import { PortError } from '#flow/ports.ts';
import type { Mailbox } from '#adapters/http/mailbox.ts';
import { encodedWords } from './quoted-printable.ts';

const lineLimit = 76;

export const refused = (field: string, expected: string): PortError => new PortError('composer', 'refused', `${field}: ${expected}`);

/** One line, whatever its origin: a break in a value would be a header of somebody else's choice. */
const oneLine = (field: string, value: string): string => {
  if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)) throw refused(field, 'one line without control characters was expected');
  return value;
};

/** Breaks before a single blank, which unfolding gives back. Undefined when a word is too long for that. */
const folded = (name: string, value: string): string | undefined => {
  const lines: string[] = [];
  let current = `${name}:`;
  for (const word of value.split(' ')) {
    if (current.length + 1 + word.length <= lineLimit) current += ` ${word}`;
    else {
      if (word.length + 1 > lineLimit) return undefined;
      lines.push(current);
      current = ` ${word}`;
    }
  }
  return [...lines, current].join('\r\n');
};

const isPlain = (value: string): boolean => /^[!-~]+(?: [!-~]+)*$/.test(value) && !value.includes('=?');

/** A field of free text: as it is where ASCII holds it, encoded where not. */
export const textHeader = (name: string, value: string): string => {
  const text = oneLine(name, value);
  const plain = isPlain(text) ? folded(name, text) : undefined;
  return plain ?? [`${name}:`, encodedWords(text, name.length + 2).join('\r\n ')].join(' ').trimEnd();
};

const quoted = (name: string): string => (/^[A-Za-z0-9 ]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`);

const phrase = (box: Mailbox, room: number): readonly string[] => {
  const plain = isPlain(box.name) ? quoted(box.name) : undefined;
  return plain !== undefined && plain.length + room <= lineLimit ? [plain] : encodedWords(box.name, room);
};

/** A field of one mailbox; the address goes to a line of its own where the name leaves no room. */
export const mailboxHeader = (name: string, box: Mailbox): string => {
  if (box.name === '') return fixedHeader(name, box.address);
  const words = phrase(box, name.length + 2);
  const before = `${name}: ${words.join('\r\n ')}`;
  const lastLine = before.slice(before.lastIndexOf('\n') + 1);
  const address = `<${box.address}>`;
  return `${before}${lastLine.length + 1 + address.length <= lineLimit ? ' ' : '\r\n '}${address}`;
};

/** A field of ours that is ASCII by construction. */
export const fixedHeader = (name: string, value: string): string => folded(name, value) ?? `${name}:\r\n ${value}`;
