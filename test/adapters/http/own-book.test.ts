// Decides that the book of one process keeps the contract of turns.
import { ownBook } from '#adapters/http/pace.ts';
import { turnsContract } from '#test/contract/turns.ts';

turnsContract('one process', async () => {
  const book = ownBook();
  return { book: () => book, close: async () => undefined };
});
