// The door for taking a deployment down: `npm run destroy -- --stage dev`.
import { askTerminal } from './ask.ts';
import { destroy } from './destroy/run.ts';
import { enter } from './door.ts';

await enter('destroy', () => destroy(process.argv.slice(2), askTerminal));
