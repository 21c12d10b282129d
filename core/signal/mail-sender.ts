// Decides who sent a mail as far as the receiving server vouches for it: a claim inside the message never counts (RFC 8601, P-22).
import { type Header, addressesIn, allOf } from './mail-header.ts';

export type Sender = {
  /** Of the one From address; undefined where there is none, or more than one. */
  readonly address?: string;
  readonly domain?: string;
  /** Who checked: the name in the topmost Authentication-Results. Rules compare it with the operator's own list. */
  readonly server?: string;
  readonly dkim: string;
  readonly dmarc: string;
  readonly spf: string;
  /** That server found a valid signature of the From domain itself. Only worth what the server's name is worth. */
  readonly aligned: boolean;
};

const withoutComments = (text: string): string => {
  let [depth, bare] = [0, ''];
  for (const char of text.slice(0, 8_000)) {
    if (char === '(') depth += 1;
    else if (char === ')' && depth > 0) depth -= 1;
    else if (depth === 0) bare += char;
  }
  return bare;
};

type Result = { readonly method: string; readonly said: string; readonly domain?: string };

const resultOf = (part: string): readonly Result[] => {
  const found = /^\s*(dkim|dmarc|spf)\s{0,9}=\s{0,9}(\w{1,20})/i.exec(part);
  if (!found) return [];
  const domain =
    /\sheader\.(?:d|from)=\s{0,9}"?([\w.-]{1,253})/i.exec(part)?.[1] ??
    /\sheader\.i=\s{0,9}"?[^\s@"]{0,64}@([\w.-]{1,253})/i.exec(part)?.[1];
  return [
    {
      method: (found[1] ?? '').toLowerCase(),
      said: (found[2] ?? '').toLowerCase(),
      ...(domain === undefined ? {} : { domain: domain.toLowerCase() }),
    },
  ];
};

/** The same organisation: one lies under the other. Nobody signs for a whole top-level domain. */
export const isUnder = (a: string, b: string): boolean => b.includes('.') && (a === b || a.endsWith(`.${b}`));
const related = (a: string, b: string): boolean => isUnder(a, b) || isUnder(b, a);

const best = (results: readonly Result[], method: string): string => {
  const own = results.filter((result) => result.method === method);
  return (own.find(({ said }) => said === 'pass') ?? own[0])?.said ?? 'none';
};

/** Only the topmost: each server writes above what it got, so what lies below may be the sender's own invention. */
const verdictOf = (headers: readonly Header[], domain: string | undefined): Omit<Sender, 'address' | 'domain'> => {
  const [top = ''] = allOf(headers, 'authentication-results');
  const [server = '', ...parts] = withoutComments(top).split(';');
  const results = parts.flatMap(resultOf);
  const name = /^\s*([\w.-]{1,253})/.exec(server)?.[1]?.toLowerCase();
  const signed = results.some(
    (result) =>
      domain !== undefined &&
      result.said === 'pass' &&
      result.domain !== undefined &&
      (result.method === 'dkim' ? related(result.domain, domain) : result.method === 'dmarc' && result.domain === domain),
  );
  return {
    ...(name === undefined ? {} : { server: name }),
    dkim: best(results, 'dkim'),
    dmarc: best(results, 'dmarc'),
    spf: best(results, 'spf'),
    aligned: signed,
  };
};

export const senderOf = (headers: readonly Header[]): Sender => {
  const all = allOf(headers, 'from').flatMap(addressesIn);
  // Two senders are one too many: programs disagree about which of them counts.
  const one = all.length === 1 ? all[0] : undefined;
  return {
    ...(one && { address: `${one.local}@${one.domain}`, domain: one.domain }),
    ...verdictOf(headers, one?.domain),
  };
};
