// Decides how a value looks once it is encoded: UTF-16, Base64, and Base64 at each of the three offsets within a longer text.

const utf16 = (text: string, little: boolean): readonly number[] =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).flatMap((unit) =>
    little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255],
  );

const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];

const base64 = (bytes: readonly number[]): string => btoa(String.fromCharCode(...bytes));

/** Only the characters that depend on nothing around the value: offsets drop 0, 2 or 3 in front, the tail 0, 2 or 3 behind. */
const base64At = (bytes: readonly number[], offset: number): string => {
  const text = base64([...Array.from({ length: offset }, () => 0), ...bytes]);
  const tail = [0, 3, 2][(offset + bytes.length) % 3] ?? 0;
  return text.slice([0, 2, 3][offset] ?? 0, text.length - tail);
};

export const encodings = ['utf16le', 'utf16be', 'utf16', 'wide', 'base64', 'base64offset'] as const;
export type Encoding = (typeof encodings)[number];
export const isEncoding = (word: string): word is Encoding => (encodings as readonly string[]).includes(word);

const toBytes = (text: string, encoding: Encoding | undefined): readonly number[] => {
  if (encoding === 'utf16le' || encoding === 'wide') return utf16(text, true);
  if (encoding === 'utf16be') return utf16(text, false);
  // Byte order mark first (Sigma 2.1: `FF FE 63 00 …`).
  return encoding === 'utf16' ? [0xff, 0xfe, ...utf16(text, true)] : utf8(text);
};

/** The texts that may stand for the value: one, or three for `base64offset`. Bytes without Base64 are read one to a character. */
export const encoded = (text: string, by: readonly Encoding[]): readonly string[] => {
  const bytes = toBytes(
    text,
    by.find((one) => one !== 'base64' && one !== 'base64offset'),
  );
  if (by.includes('base64offset')) return [0, 1, 2].map((offset) => base64At(bytes, offset));
  return [by.includes('base64') ? base64(bytes) : String.fromCharCode(...bytes)];
};
