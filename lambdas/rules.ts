// Decides which rules assess events: those deployed beside the function.
export { configurationAt as rulesAt } from './directory.ts';
