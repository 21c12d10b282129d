// Decides which hosts are this very machine: the only ones that may be reached without TLS.

/** A host as `URL.hostname` writes it: IPv6 in brackets. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
