// Decides what every store of raw evidence does: bytes come back as they went in, and what is written stays written (D-9).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Evidences } from '#flow/ports.ts';
import { at } from './samples.ts';

export type EvidenceUnderTest = { readonly evidence: Evidences; readonly close: () => Promise<void> };

export const evidenceContract = (name: string, open: () => Promise<EvidenceUnderTest>): void => {
  describe(`the contract of evidence on ${name}`, () => {
    let world: EvidenceUnderTest;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it('gives every byte back', async () => {
      const bytes = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
      await world.evidence.put('ref-1', 'fail2ban', bytes, at(0));
      expect(Buffer.from((await world.evidence.get('ref-1'))!).equals(Buffer.from(bytes))).toBe(true);
    });

    it('knows what it does not hold', async () => {
      expect(await world.evidence.get('ref-none')).toBeUndefined();
    });

    it('keeps the first bytes when the same reference is written again', async () => {
      await world.evidence.put('ref-2', 'fail2ban', Buffer.from('first'), at(0));
      await world.evidence.put('ref-2', 'fail2ban', Buffer.from('second'), at(1));
      expect(Buffer.from((await world.evidence.get('ref-2'))!).toString()).toBe('first');
    });

    it('holds nothing as an empty object', async () => {
      await world.evidence.put('ref-3', 'fail2ban', new Uint8Array(), at(0));
      expect((await world.evidence.get('ref-3'))?.byteLength).toBe(0);
    });
  });
};
