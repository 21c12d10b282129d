// The door for deploying to AWS: `npm run deploy -- --stage prod`.
import { realHands, deploy } from './deploy/run.ts';
import { enter } from './door.ts';

await enter('deploy', () => deploy(process.argv.slice(2), realHands));
