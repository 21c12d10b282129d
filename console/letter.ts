// Decides how a message of the outbox reads for people: mails decoded, JSON as it is.

const decoder = new TextDecoder('utf-8');

const quotedPrintable = (text: string): string => {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes: number[] = [];
  for (let i = 0; i < joined.length; i += 1) {
    const hex = joined[i] === '=' ? /^[0-9A-F]{2}/i.exec(joined.slice(i + 1)) : null;
    bytes.push(hex ? Number.parseInt(hex[0], 16) : joined.charCodeAt(i));
    if (hex) i += 2;
  }
  return decoder.decode(Uint8Array.from(bytes));
};

const encodedWord = /=\?utf-8\?(B|Q)\?([^?]*)\?=/gi;

const word = (_all: string, kind: string, text: string): string =>
  kind.toUpperCase() === 'B'
    ? decoder.decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)))
    : quotedPrintable(text.replaceAll('_', ' '));

/** Headers unfolded and decoded (RFC 2047), body decoded (RFC 2045); what is no mail is shown as text. */
export const readable = (bytes: Uint8Array): string => {
  const text = decoder.decode(bytes);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0 || !/^[\w-]+:/.test(text)) return text;
  const head = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(encodedWord, word);
  const body = text.slice(end + 4);
  const plain = /content-transfer-encoding:\s*quoted-printable/i.test(head)
    ? quotedPrintable(body)
    : /content-transfer-encoding:\s*base64/i.test(head)
      ? word('', 'B', body.replace(/\s/g, ''))
      : body;
  return `${head}\n\n${plain}`;
};
