// Decides whether the console lets in only whom it knows, from its own pages, under its own name (D-11).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sameWord } from '#console/guard.ts';
import fc from 'fast-check';
import { type Console, host, openConsole } from './console.ts';

let console_: Console;
beforeEach(async () => {
  console_ = await openConsole();
});
afterEach(() => console_.close());

const pages = ['/', '/due', '/outbox', '/signals', '/register', '/incidents/x', '/who'];

describe('without a session', () => {
  it('every page is closed', async () => {
    for (const page of pages) expect((await console_.ask(page, {}, { cookie: '' })).status, page).toBe(401);
    expect((await console_.ask('/', {}, { cookie: 'art33=guess' })).status).toBe(401);
  });

  it('only the link, the code page and the looks are open', async () => {
    for (const page of ['/act', '/style.css', '/live.js']) expect((await console_.ask(page, {}, { cookie: '' })).status, page).toBe(200);
    expect((await console_.ask('/enter?once=once', {}, { cookie: '' })).status).toBe(302);
    expect((await console_.ask('/enter?once=other', {}, { cookie: '' })).status).toBe(401);
    expect((await console_.ask('/enter', {}, { cookie: '' })).status).toBe(401);
  });
});

describe('with a session', () => {
  it('one says first who one is', async () => {
    const answer = await console_.ask('/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/who']);
  });

  it('one can’t be somebody who is not in the directory', async () => {
    expect((await console_.post('/who', { person: 'nobody' })).status).toBe(400);
    expect((await console_.post('/who', { person: 'malik-brandt' })).status).toBe(302);
    expect(await console_.get('/')).toContain('Malik Brandt');
  });

  it('one can’t choose to be the data protection officer, who advises by code', async () => {
    expect(await console_.get('/who')).not.toContain('Falkenrath');
  });
});

describe('a request', () => {
  it('to another host name is turned away, with whatever cookie', async () => {
    for (const other of ['evil.example', 'localhost', 'localhost:3334', ''])
      expect((await console_.ask('/', {}, { host: other })).status, other).toBe(421);
  });

  it('that changes something needs the form’s token and our own origin', async () => {
    console_.as('malik-brandt');
    const fields = { person: 'greta-vogt' };
    expect((await console_.post('/who', { ...fields, token: 'wrong' })).status).toBe(403);
    expect((await console_.post('/who', { ...fields, token: '' })).status).toBe(403);
    expect((await console_.post('/who', fields, {})).status).toBe(403);
    for (const origin of ['http://evil.example', 'null', `http://${host}.evil.example`, `http://x.${host}`])
      expect((await console_.post('/who', fields, { origin })).status, origin).toBe(403);
    expect(await console_.get('/')).toContain('Malik Brandt');
    expect((await console_.post('/who', fields)).status).toBe(302);
  });

  it('of any method but GET and HEAD needs them too', async () => {
    console_.as('malik-brandt');
    for (const method of ['PUT', 'PATCH', 'DELETE']) expect((await console_.ask('/who', { method })).status, method).toBe(403);
  });
});

describe('every answer', () => {
  it('forbids framing, foreign scripts and caching', async () => {
    for (const path of ['/', '/act', '/nowhere', '/style.css']) {
      const { headers } = await console_.ask(path);
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('of the link sets a cookie that no script reads and no other site sends', async () => {
    const cookie = (await console_.ask('/enter?once=once', {}, { cookie: '' })).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
  });

  it('works without scripts: each act is a form, and no page carries script of its own', async () => {
    console_.as('malik-brandt');
    for (const page of ['/', '/due', '/outbox', '/signals', '/register', '/who'])
      expect(await console_.get(page), page).not.toMatch(/<script(?![^>]*src="\/)|\son\w+=|javascript:/i);
  });
});

describe('the comparison of secret words', () => {
  it('says yes to the same word and no to any other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (given, expected) => sameWord(given, expected) === (given === expected)),
    );
  });
});
