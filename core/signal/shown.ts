// Decides how bytes that a stranger sent are shown to people: nothing of them moves a cursor, turns a line round or hides.

/** Control and format characters, separators of lines, private and unassigned ones, halves of pairs (TH-09). */
const unshown = /[\p{C}\p{Zl}\p{Zp}]/gu;

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
};

/** One byte a character: what is no UTF-8 is shown byte by byte, so that whoever mends the reader sees what came. */
const byteByByte = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`;
  return text;
};

const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return byteByByte(bytes);
  }
};

export const shownText = (text: string): string => text.replace(unshown, escaped);

export type Shown = { readonly lines: readonly string[] /** Characters that were left out at the end. */; readonly left: number };

/** The lines of a raw event, at most so many characters of it. */
export const shownBytes = (bytes: Uint8Array, most: number): Shown => {
  const characters = [...textOf(bytes)];
  const lines = characters.slice(0, most).join('').split('\n').map(shownText);
  return { lines, left: Math.max(0, characters.length - most) };
};
