// Decides what the console shows beside items that a newer version wrote: everything it can read, and that there is more (I-43).
import { describe, expect, it } from 'vitest';
import { exfiltration } from '../flow/raw-events.ts';
import { openConsole } from './console.ts';

describe('beside an item of a newer version', () => {
  it('shows the rest, and says how many it leaves alone', async () => {
    const console_ = await openConsole();
    console_.as('malik-brandt');
    await console_.h.play([exfiltration()]);
    const { id } = await console_.h.incident();
    expect(await console_.get('/')).not.toContain('newer version');
    console_.h.node.database.run("UPDATE duty SET doc = json_set(doc, '$.v', 2) WHERE json_extract(doc, '$.kind') = 'call'");
    const page = await console_.get('/');
    expect(page).toContain('1 item(s) here were written by a newer version of Art33.');
    expect(page).toContain('Personal data read out of its bucket');
    for (const path of ['/due', `/incidents/${id}`]) expect((await console_.ask(path)).status, path).toBe(200);
    console_.close();
  });
});
