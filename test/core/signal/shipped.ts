// The sources that ship: those in code, and those by a mapping of config/sources.
import { type Sources, sourcesOf } from '#core/signal/sources.ts';

export const shipped: Sources = sourcesOf();
