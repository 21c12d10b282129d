// Decides how single values are written: text, mail, phone, zone, duration, date, id, and what is said of a wrong one.
import { z } from 'zod';
import { type Safe, fromConfiguration } from '#core/kernel/safe.ts';
import { type Duration, type Instant, durationOf, instantOf, parseDuration, parseInstant } from '#core/kernel/time.ts';
import { isZone } from '#core/kernel/wall-clock.ts';
import type { DataClass } from '#core/signal/signal.ts';

/** A message is `what is wrong; what would be right`. A value is never repeated: it may be a secret in the wrong place. */
const long = 'longer than 200 characters; shorten it';

/** Text of ours that may go outward, one line. */
export const text = z
  .string()
  .max(200, { error: long })
  .regex(/^[^\r\n]*\S[^\r\n]*$/, { error: 'empty or more than one line; write one line of text' })
  .transform((value): Safe => fromConfiguration(value));

const mailShape =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/;

export const mail = z.string().max(200, { error: long }).regex(mailShape, { error: 'not a mail address; write it as name@example.com' });

/** A name of the network in lower case: of a company's mail, or of a server. */
export const domain = z.string().regex(/^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, {
  error: 'not a domain; write it in lower case as example.com',
});

export const phone = z
  .string()
  .regex(/^\+?[0-9][0-9 ()/.-]{3,30}$/, { error: "not a phone number; write it in quotes, as '+49 30 23125 100'" })
  .transform((value): Safe => fromConfiguration(value));

export const zone = z.string().refine(isZone, { error: 'not a time zone; write an IANA name such as Europe/Berlin' });

const isDuration = (value: string): boolean => {
  const read = parseDuration(value);
  return read.ok && read.value > 0;
};

export const duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, { error: 'not a duration; write it as 30s, 15m, 4h or 2d', abort: true })
  .refine(isDuration, { error: 'no time at all; write a duration above zero, such as 15m' })
  .transform((value): Duration => {
    const read = parseDuration(value);
    return read.ok ? read.value : durationOf(0);
  });

/** Durations as people write them, with the text they default to. */
export const term = (written: string, described: string) => duration.prefault(written).describe(described);

/** A day counts from its start in UTC: for "verified at" the hour does not matter. */
const instantText = (value: string) => parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);

export const date = z
  .string()
  .refine((value) => instantText(value).ok, { error: 'not a date; write it as 2026-03-14 or 2026-03-14T01:59:26Z' })
  .transform((value): Instant => {
    const read = instantText(value);
    return read.ok ? read.value : instantOf(0);
  });

export const id = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, {
  error: 'not an id; write lower-case letters, digits and hyphens, a letter first',
});

const classes: Readonly<Record<DataClass, true>> = {
  'message-content': true,
  contact: true,
  account: true,
  'log-with-identifiers': true,
  'special-category': true,
  metadata: true,
  operational: true,
  public: true,
};

export const dataClass = z.enum(Object.keys(classes) as [DataClass, ...DataClass[]]);

const armour =
  /^-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[A-Za-z]+: [^\r\n]*\r?\n)*\r?\n((?:[A-Za-z0-9+/]{1,76}={0,2}\r?\n)+)(?:=[A-Za-z0-9+/]{4}\r?\n)?-----END PGP PUBLIC KEY BLOCK-----$/;

/** RFC 9580: the first packet of a transferable public key has tag 6, in the old or the new packet format. */
const isPublicKey = (value: string): boolean => {
  const body = armour.exec(value.trim())?.[1];
  if (body === undefined) return false;
  const first = Buffer.from(body, 'base64')[0] ?? 0;
  return (first & 0xc0) === 0xc0 ? (first & 0x3f) === 6 : (first & 0xbc) === 0x98;
};

export const publicKey = z
  .string()
  .max(100_000, { error: 'longer than a key; put one armoured public key' })
  .refine((value) => !value.includes('PRIVATE KEY'), {
    error: 'a private key; remove it at once, tell its owner, and put the public key',
    abort: true,
  })
  .refine(isPublicKey, {
    error: 'not an armoured OpenPGP public key; put the block from BEGIN PGP PUBLIC KEY BLOCK to END, after `pgp: |`',
  });
