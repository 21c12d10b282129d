// Holds whose message it is by the directory, and that only a server we trust can vouch for that (P-22).
import { describe, expect, it } from 'vitest';
import type { Directory, SubProcessor } from '#core/directory/directory.ts';
import { enrich } from '#core/directory/enrich.ts';
import { assetId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { Sender, Signal } from '#core/signal/signal.ts';
import { aConfiguration, aController, anAsset, t0 } from '../given.ts';

const vendor = (id: string, mail: string, domains: readonly string[], assets: readonly string[]): SubProcessor => ({
  id,
  name: fromConfiguration(id),
  purpose: fromConfiguration('hosting'),
  mail,
  domains,
  assets: assets.map(assetId),
});

const { directory: bare } = aConfiguration({
  controllers: ['museum', 'theatre'].map((id) => aController(id)),
  assets: [anAsset('archive', ['museum']), anAsset('portal', ['theatre'])],
});
const directory: Directory = {
  ...bare,
  subProcessors: [
    vendor('cloud', 'security@cloud.example', [], ['archive']),
    vendor('login', 'x@login.example', ['notices.cloud.example'], ['portal']),
    vendor('twin', 'y@login.example', [], ['archive']),
  ],
};

const signal: Signal = {
  v: 1,
  id: 'sig-1' as Signal['id'],
  source: 'subprocessor-mail',
  eventId: '1',
  kind: 'report',
  time: t0,
  received: t0,
  outcome: 'unknown',
  marks: [],
  raw: { ref: 'raw' },
};
const of = (sender: Partial<Sender>, identifiers: readonly string[] = []) =>
  enrich({ ...signal, sender: { aligned: true, server: 'mx.operator.example', verified: false, ...sender } }, identifiers, directory);
const from = (address: string, more: Partial<Sender> = {}) => of({ address, domain: address.slice(address.indexOf('@') + 1), ...more });

describe('the sender of a message', () => {
  it.each([
    ['a@cloud.example', 'cloud', ['museum']],
    ['a@mail.cloud.example', 'cloud', ['museum']],
    // The one that claims most of the name.
    ['a@notices.cloud.example', 'login', ['theatre']],
    // Two claim it: it may be either.
    ['a@login.example', 'login', ['museum', 'theatre']],
    ['a@notcloud.example', undefined, undefined],
    ['a@example', undefined, undefined],
  ])('%s is the sub-processor %s, with the controllers of what it holds', (address, subprocessor, controllers) => {
    const { sender, target } = from(address);
    expect([sender?.subprocessor, target?.controllers]).toEqual([subprocessor, controllers]);
  });

  it('is a controller by a contact’s whole address alone', () => {
    expect(from('privacy@museum.example.com')).toMatchObject({ sender: { controller: 'museum' }, target: { controllers: ['museum'] } });
    expect(from('other@museum.example.com').target).toBeUndefined();
  });

  it('is verified when the signature is the domain’s own and a server of ours says so', () => {
    expect(from('a@cloud.example').sender?.verified).toBe(true);
    expect(from('a@cloud.example', { aligned: false }).sender?.verified).toBe(false);
    expect(from('a@cloud.example', { server: 'mx.example.net' }).sender?.verified).toBe(false);
    const { server: _server, ...unchecked } = { aligned: true, domain: 'cloud.example', server: '' };
    expect(enrich({ ...signal, sender: { ...unchecked, verified: true } }, [], directory).sender?.verified).toBe(false);
  });

  it('adds nothing where the directory knows nobody', () => {
    expect(of({}).target).toBeUndefined();
    expect(enrich(signal, [], directory)).toEqual(signal);
  });
});

describe('a controller that a person named', () => {
  it('is that of the directory, or nobody', () => {
    expect(of({}, ['controller:theatre']).target).toEqual({ controllers: ['theatre'] });
    expect(of({}, ['controller:nobody', 'museum']).target).toBeUndefined();
  });
});
