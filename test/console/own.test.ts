// Decides whether the page asks for the risk to the people of our own data where it was hit, of whoever may decide, and nowhere else (P-4).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exfiltration } from '../flow/raw-events.ts';
import { type Console, openConsole } from './console.ts';

let c: Console;
let path = '';
beforeEach(async () => {
  c = await openConsole();
  c.h.configure(({ directory, ...rest }) => ({
    ...rest,
    directory: { ...directory, assets: directory.assets.map((asset) => ({ ...asset, capacity: 'both' })) },
  }));
  await c.h.play([exfiltration()]);
  path = `/incidents/${(await c.h.incident()).id}`;
  c.as('greta-vogt');
});
afterEach(() => c.close());

const reason = 'The names of our own staff were in the archive.';
const assess = (fields: Readonly<Record<string, string>>) => c.post(`${path}/assess-own`, { risk: 'risk', reason, ...fields });

describe('the risk to the people of our own data', () => {
  it('is put on record, and shown with its reason to whoever knows better', async () => {
    expect(await c.get(path)).toContain(`action="${path}/assess-own"`);
    expect((await assess({})).status).toBe(303);
    expect((await c.h.incident()).own).toMatchObject({ risk: 'risk', reason });
    expect(await c.get(path)).toContain(`Said last: a risk. ${reason}`);
  });

  it('is refused in words, and is not for whoever may not decide', async () => {
    expect(await (await assess({ risk: 'none', reason: 'fine' })).text()).toContain('Say why a risk to the people concerned is unlikely');
    expect(await (await assess({ risk: 'nothing' })).text()).toContain('Say how high the risk is: one of none, risk, high.');
    c.as('tomke-harms');
    expect((await assess({})).status).toBe(409);
    expect((await c.h.incident()).own).toBeUndefined();
  });

  it('is asked for nowhere else', async () => {
    c.h.configure(({ directory, ...rest }) => ({
      ...rest,
      directory: { ...directory, assets: directory.assets.map((asset) => ({ ...asset, capacity: 'processor' })) },
    }));
    expect(await c.get(path)).not.toContain('assess-own');
  });

  it('has its report among the reminders', async () => {
    await c.h.act((_incident, at) => ({
      type: 'Confirm',
      at,
      since: at,
      how: 'x',
      actor: { by: 'machine', rule: 'test' },
      release: false,
    }));
    expect(await c.get(path)).toContain('reporting our own breach to our authority');
  });
});
