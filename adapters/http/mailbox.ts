// Decides what one mail address is: one mailbox, in ASCII, that can't carry a header, a command or a second recipient (TH-10, R-005, F-41).
import { domainToASCII } from 'node:url';
import { type Failing, PortError } from '#flow/ports.ts';

export type Mailbox = { readonly name: string; readonly address: string; readonly domain: string };

const atoms = "[A-Za-z0-9!#$%&'*+\\-/=?^_`{|}~]+";
const localShape = new RegExp(`^${atoms}(?:\\.${atoms})*$`);
const domainShape = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Reads `name@example.com` or `Name <name@example.com>`; `undefined` for anything else. */
export const readMailbox = (text: string): Mailbox | undefined => {
  const m = control.test(text) ? undefined : /^(?:([^<>]*)<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim());
  const full = m?.[2] ?? m?.[3] ?? '';
  const at = full.lastIndexOf('@');
  const local = full.slice(0, Math.max(at, 0));
  const domain = domainToASCII(full.slice(at + 1));
  const name = (m?.[1] ?? '')
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/\\(.)/g, '$1');
  // A name with an address in it would show another sender or recipient than the one that counts.
  if (at < 1 || local.length > 64 || !localShape.test(local) || !domainShape.test(domain) || name.includes('@')) return undefined;
  return { name, address: `${local}@${domain}`, domain };
};

/** The same for a sink: anything else is refused for good. */
export const mailbox = (port: Failing, field: string, text: string): Mailbox => {
  const read = readMailbox(text);
  if (!read)
    throw new PortError(port, 'refused', `${field}: one address such as notice@example.com or Name <notice@example.com> was expected`);
  return read;
};
