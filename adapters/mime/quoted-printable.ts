// Decides how text travels in seven bits: quoted-printable for bodies, encoded words for headers (RFC 2045, RFC 2047).

const hex = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
const escaped = (character: string): string => [...Buffer.from(character, 'utf8')].map(hex).join('');

const lineLimit = 76;

/** What one character becomes at its place in the line. */
const bodyUnit = (characters: readonly string[], i: number, first: boolean): string => {
  const character = characters[i] ?? '';
  if (character === '=' || !/^[\t -~]$/.test(character)) return escaped(character);
  // A blank at the end of a line is lost on the way; a dot at its start meets dot-stuffing; "From " is changed by old mailboxes.
  if (i === characters.length - 1 && /^[\t ]$/.test(character)) return escaped(character);
  if (first && (character === '.' || characters.slice(i, i + 5).join('') === 'From ')) return escaped(character);
  return character;
};

const bodyLine = (line: string): string => {
  const characters = [...line];
  const lines: string[] = [];
  let current = '';
  for (const i of characters.keys()) {
    const last = i === characters.length - 1;
    const unit = bodyUnit(characters, i, current === '');
    // One place is kept for the soft break, except where the line ends anyway.
    if (current.length + unit.length > (last ? lineLimit : lineLimit - 1)) {
      lines.push(`${current}=`);
      current = bodyUnit(characters, i, true);
    } else current += unit;
  }
  return [...lines, current].join('\r\n');
};

/** A text as quoted-printable lines, CRLF after each; a character is never cut in two. */
export const quotedPrintable = (text: string): string => {
  const lines = text
    .replace(/\r\n?|\n/g, '\n')
    .replace(/\n$/, '')
    .split('\n');
  return lines.map((line) => `${bodyLine(line)}\r\n`).join('');
};

const opening = '=?utf-8?Q?';
const closing = '?=';
const wordLimit = 75;

/** In an encoded word of a phrase only these may stand as themselves (RFC 2047, 5 (3)). */
const wordUnit = (character: string): string => {
  if (character === ' ') return '_';
  return /^[A-Za-z0-9!*+\-/]$/.test(character) ? character : escaped(character);
};

/** A text as encoded words of at most 75 characters; the first one leaves `room` for what stands before it. */
export const encodedWords = (text: string, room: number): readonly string[] => {
  const words: string[] = [];
  let current = '';
  let limit = Math.min(wordLimit, lineLimit - room);
  for (const character of text) {
    const unit = wordUnit(character);
    if (opening.length + current.length + unit.length + closing.length > limit) {
      words.push(current);
      current = '';
      limit = wordLimit;
    }
    current += unit;
  }
  return [...words, current].filter((word) => word !== '').map((word) => opening + word + closing);
};
