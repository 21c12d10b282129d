// Decides what SMTP_URL may be, and that a wrong one is refused without repeating it.
import { describe, expect, it } from 'vitest';
import { smtpServer } from '#adapters/smtp/settings.ts';

describe('SMTP_URL', () => {
  it.each([
    ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, requireTLS: true }],
    ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, secure: true, requireTLS: true }],
    [
      'smtp://u%40x:p%3Aw%2F@mail.example.com:2525/',
      { host: 'mail.example.com', port: 2525, secure: false, requireTLS: true, auth: { user: 'u@x', pass: 'p:w/' } },
    ],
    ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, secure: false, requireTLS: false }],
    ['smtp://localhost:25', { host: 'localhost', port: 25, secure: false, requireTLS: false }],
    ['smtp://[::1]:25', { host: '::1', port: 25, secure: false, requireTLS: false }],
    ['smtp://[2001:db8::1]:25', { host: '2001:db8::1', port: 25, secure: false, requireTLS: true }],
  ])('reads %s', (text, value) => {
    expect(smtpServer(text)).toEqual({ ok: true, value });
  });

  it.each([
    '',
    'marker',
    'http://u:marker@mail.example.com',
    'smtp://u:marker@',
    'smtp://marker@mail.example.com',
    'smtp://:marker@mail.example.com',
    'smtp://u:marker%@mail.example.com',
    'smtp://u:marker@mail.example.com?ignoreTLS=true',
    'smtp://u:marker@mail.example.com/path',
    'smtp://u:marker@mail.example.com#x',
  ])('refuses %j and repeats none of it', (text) => {
    const server = smtpServer(text);
    expect(server.ok ? '' : server.error).toMatch(/^SMTP_URL: smtp:\/\/user:password@host:587 or /);
    expect(JSON.stringify(server)).not.toContain('marker');
  });
});
