// Holds that a signal learns from the directory whose data it touches, and nothing where the directory knows nothing.
import { describe, expect, it } from 'vitest';
import type { Asset, Directory } from '#core/directory/directory.ts';
import { enrich } from '#core/directory/enrich.ts';
import { type SignalId, assetId, controllerId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { instantOf } from '#core/kernel/time.ts';
import type { Signal } from '#core/signal/signal.ts';

const asset = (id: string, identifiers: string[], controllers: string[]): Asset => ({
  id: assetId(id),
  name: fromConfiguration(id),
  identifiers,
  dataClasses: ['message-content', 'contact'],
  controllers: controllers.map(controllerId),
  capacity: 'processor',
});

const directory = {
  assets: [asset('account', ['aws:111122223333'], []), asset('archive', ['s3:muster-message-archive'], ['museum', 'theatre'])],
} as unknown as Directory;

const signal: Signal = {
  v: 1,
  id: 'sig-1' as SignalId,
  source: 'guardduty',
  eventId: '1',
  kind: 'finding',
  outcome: 'unknown',
  time: instantOf(1),
  received: instantOf(2),
  marks: [],
  target: { id: 'muster-message-archive', type: 's3-bucket' },
  raw: { ref: 'r' },
};

describe('enrich', () => {
  it('adds asset, data classes and controllers, and keeps what the vendor said', () => {
    const known = enrich(signal, ['s3:muster-message-archive', 'arn:aws:s3:::muster-message-archive'], directory);
    expect(known).toEqual({
      ...signal,
      target: {
        id: 'muster-message-archive',
        type: 's3-bucket',
        asset: 'archive',
        data_class: ['message-content', 'contact'],
        controllers: ['museum', 'theatre'],
      },
    });
  });

  it('touches the controllers of every asset that the event names', () => {
    expect(enrich(signal, ['aws:111122223333', 's3:muster-message-archive'], directory).target).toMatchObject({
      asset: 'account',
      controllers: ['museum', 'theatre'],
    });
  });

  it('leaves a signal alone that nobody knows', () => {
    expect(enrich(signal, ['s3:unheard-of'], directory)).toBe(signal);
    expect(enrich(signal, [], directory)).toBe(signal);
  });

  it('gives a signal without target the asset alone', () => {
    const { target, ...bare } = signal;
    expect(target?.id).toBe('muster-message-archive');
    expect(enrich(bare, ['aws:111122223333'], directory).target).toEqual({
      asset: 'account',
      data_class: ['message-content', 'contact'],
      controllers: [],
    });
  });

  it('adds what the tags of the event say to what the directory knows', () => {
    expect(
      enrich(signal, ['s3:muster-message-archive', 'data-class:special-category', 'data-class:public'], directory).target,
    ).toMatchObject({
      asset: 'archive',
      data_class: ['message-content', 'contact', 'special-category', 'public'],
    });
  });

  it('knows of an asset that nobody wrote down what its tags say, and still not whose it is', () => {
    expect(enrich(signal, ['s3:unheard-of', 'data-class:public'], directory).target).toEqual({ ...signal.target, data_class: ['public'] });
  });

  it('is told by the name of a store that nobody wrote down, and by none where somebody did', () => {
    expect(enrich(signal, ['s3:customer-messages'], directory).target?.data_class).toEqual(['message-content', 'contact']);
    expect(enrich(signal, ['s3:customer-messages', 'data-class:public'], directory).target?.data_class).toContain('contact');
    const plain = { ...asset('site', ['s3:customer-site'], []), dataClasses: ['public'] as const };
    const both = { ...directory, assets: [...directory.assets, plain] };
    expect(enrich(signal, ['s3:customer-site'], both).target?.data_class).toEqual(['public']);
  });

  it('calls unreadable what is ciphertext in every asset that was hit', () => {
    const sealed = { ...asset('vault', ['s3:sealed'], ['museum']), mitigations: ['ciphertext-only'] as const };
    const both = { ...directory, assets: [...directory.assets, sealed] };
    expect(enrich(signal, ['s3:sealed'], both).target?.unreadable).toBe(true);
    expect(enrich(signal, ['s3:sealed', 's3:muster-message-archive'], both).target).not.toHaveProperty('unreadable');
    expect(enrich(signal, ['s3:unheard-of'], both).target).not.toHaveProperty('unreadable');
  });
});
