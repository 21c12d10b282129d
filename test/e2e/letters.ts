// Decides what the story sends and reads: the demo's own events, one more finding where a case of its own is needed, subjects of mails.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const events = fileURLToPath(new URL('../../events/demo/', import.meta.url));

export const demo = (name: string): string => readFileSync(`${events}${name}`, 'utf8');
export const findings = () => JSON.parse(demo('30-guardduty.json')) as readonly Readonly<Record<string, unknown>>[];

/** The demo's finding about a bucket once more, as if of another day and finding: a case of its own. */
export const otherFinding = (time: string, name: string): unknown => {
  const found = findings().at(-1);
  const id = Buffer.from(name.padEnd(16, '.')).toString('hex');
  const text = JSON.stringify(found).replaceAll(/"(createdAt|updatedAt|eventFirstSeen|eventLastSeen|time)":"[^"]*"/g, `"$1":"${time}"`);
  const copy = JSON.parse(text) as { id: string; detail: { id: string; arn: string } };
  return {
    ...copy,
    id: `00000000-0000-4000-9000-${id.slice(0, 12)}`,
    detail: { ...copy.detail, id, arn: copy.detail.arn.replace(/[^/]+$/, id) },
  };
};

export const withoutReference = (subject: string): string => subject.replace(/^\[\S+\] /, '');

/** Of a mail as it arrived: unfolded, RFC 2047 words read. */
export const subjectOf = (bytes: Buffer): string => {
  const head =
    bytes
      .toString('latin1')
      .split('\r\n\r\n')[0]
      ?.replaceAll(/\r\n[ \t]/g, ' ') ?? '';
  const raw = /^Subject: (.*)$/m.exec(head)?.[1] ?? '';
  const words = raw.replaceAll(/=\?utf-8\?Q\?(.*?)\?=( (?==\?))?/gi, (_all, text: string) =>
    Buffer.from(
      text.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/g, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8'),
  );
  return words;
};
