// Holds whose word a message is that comes from a desk of several: an agency's own, or that of each company of a group; nobody guesses one.
import { describe, expect, it } from 'vitest';
import type { Controller, Directory } from '#core/directory/directory.ts';
import { knownSender } from '#core/directory/sender.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import type { Sender } from '#core/signal/signal.ts';
import { aConfiguration, aController, named } from '../given.ts';

const desk = { name: fromConfiguration('Desk'), mail: 'Desk@Group.example' };
const of = (id: string, more: Partial<Controller> = {}): Controller => ({ ...aController(id), contacts: [desk], ...more });
const from = (controllers: readonly Controller[]) => {
  const directory: Directory = aConfiguration({ controllers }).directory;
  return knownSender({ address: 'desk@group.example', aligned: false } as Sender, directory);
};

describe('a message from a desk of several', () => {
  it('is that of each company of a group', () => {
    const known = from([aController('other'), of('one'), of('two')]);
    expect(known.controllers).toEqual(['one', 'two']);
    expect(known.sender.controller).toBe('one');
  });

  it("is an agency's own, whoever its clients are", () => {
    const clients = [of('bakery', { through: named('studio') }), of('florist', { through: named('studio') })];
    expect(from([...clients, of('studio', { capacity: 'processor' })]).controllers).toEqual(['studio']);
  });

  it('is nobody’s whom nobody knows', () => {
    const known = from([aController('other')]);
    expect(known.controllers).toEqual([]);
    expect(known.sender).not.toHaveProperty('controller');
  });
});
