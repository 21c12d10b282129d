// Names the ports of envelope encryption: what names people concerned by a breach lies sealed, each list under a data key of its own (D-14).
import type { World } from './ports.ts';

/**
 * Bound to the key and to what is sealed with it: a list opens as that of its incident and controller, and as no other (D-1); the names of
 * a signal as those of that signal.
 */
export type EncryptionContext = Readonly<Record<string, string>>;

/** A key for one object: `plaintext` (32 bytes) seals it and is forgotten, `wrapped` lies beside it and opens only where the root key is. */
export type DataKey = { readonly plaintext: Uint8Array; readonly wrapped: Uint8Array };

/** Where data keys come from. Throws PortError: `refused` where the root key is gone, forbidden, or the context is another. */
export type DataKeys = {
  readonly generate: (context: EncryptionContext) => Promise<DataKey>;
  readonly decrypt: (wrapped: Uint8Array, context: EncryptionContext) => Promise<Uint8Array>;
};

/** Seals bytes, and opens them again under the same context. What was changed by one bit is refused. */
export type Envelopes = {
  readonly seal: (bytes: Uint8Array, context: EncryptionContext) => Promise<Uint8Array>;
  readonly open: (sealed: Uint8Array, context: EncryptionContext) => Promise<Uint8Array>;
};

/** The world, and what seals. */
export type Sealing = { readonly world: World; readonly envelopes: Envelopes };
