// Decides that no setting of a function is a secret: a setting may name where one lies, and nothing else.
import { type Breach, type Placed, type Rule, type Template, each, record } from './template.ts';

const secretName = /SECRET|TOKEN|PASSW|CREDENTIAL|PRIVATE|API_?KEY|WEBHOOK/i;

/** What secrets look like, whatever they are called. */
const shapes: readonly RegExp[] = [
  /\{\{resolve:/,
  /\bA(KIA|SIA)[0-9A-Z]{16}\b/,
  /\bxox[abeprs]-/,
  /hooks\.slack\.com\//,
  /-----BEGIN/,
  /:\/\/[^/\s:@]+:[^/\s@]+@/,
  /\beyJ[\w-]+\.[\w-]+\./,
  // Long, and letters and digits without a word or a separator in it: made by a machine.
  /(?=[A-Za-z0-9+/=]*\d)(?=[A-Za-z0-9+/=]*[a-z])(?=[A-Za-z0-9+/=]*[A-Z])[A-Za-z0-9+/=]{32,}/,
];

const namesOfSecrets = (all: readonly Template[]): ReadonlySet<unknown> =>
  new Set(each(all, 'AWS::SecretsManager::Secret').map(({ properties }) => properties['Name']));

/** What stands in the template itself. References are no secrets, and the names in them look made. */
const literals = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  const joined = record(value)['Fn::Join'];
  return Array.isArray(joined) ? (joined[1] as readonly unknown[]).filter((part) => typeof part === 'string') : [];
};

const problemOf = (name: string, value: unknown, secrets: ReadonlySet<unknown>): string | undefined => {
  if (name.endsWith('_SECRET')) return secrets.has(value) ? undefined : `${name} is not the name of a secret of these stacks`;
  if (secretName.test(name)) return `${name} is called like a secret`;
  // The value itself is not repeated.
  return literals(value).some((text) => shapes.some((shape) => shape.test(text))) ? `the value of ${name} looks like a secret` : undefined;
};

const told = (at: Placed, secrets: ReadonlySet<unknown>): readonly Breach[] =>
  Object.entries(record(record(at.properties['Environment'])['Variables'])).flatMap(([name, value]) => {
    const wrong = problemOf(name, value, secrets);
    return wrong === undefined ? [] : [{ at, wrong }];
  });

export const secretRules: readonly Rule[] = [
  {
    name: 'no-secret-in-settings',
    right: 'put it into a secret of lib/state-stack.ts, and give the function the name of that secret as …_SECRET',
    breaches: (all) => each(all, 'AWS::Lambda::Function').flatMap((at) => told(at, namesOfSecrets(all))),
  },
];
