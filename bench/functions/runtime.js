// Plays the Lambda runtime for one function or several: imports a bundle when it is first called, times it, hands back what it logged.
// Plain JavaScript: a fresh process holds nothing but this file.
const handlers = new Map();
let logged = '';
let ahead = 0;
const realNow = Date.now;
Date.now = () => realNow() + ahead;
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk) => {
    logged += chunk;
    return true;
  };
}

/** Milliseconds of processor time since; what else runs on the machine does not count. */
const since = (begun) => {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
};

const load = async (stage) => {
  const { handler } = await import(`${process.argv[2]}/${stage}/index.mjs`);
  handlers.set(stage, handler);
};

process.on('message', async ({ stage, event, id, aheadBy }) => {
  logged = '';
  ahead = aheadBy;
  const begun = process.cpuUsage();
  if (!handlers.has(stage)) await load(stage);
  const imported = since(begun);
  const outcome = await handlers
    .get(stage)(event, { awsRequestId: id, functionName: stage, getRemainingTimeInMillis: () => 30_000 })
    .then(
      (answer) => ({ answer }),
      (cause) => ({ failure: String(cause?.stack ?? cause) }),
    );
  process.send({ ...outcome, imported, ended: since(begun), logged });
});
process.on('disconnect', () => process.exit(0));
