// Decides by which name an incident remembers the engine that read its rules: whoever does it again years later needs the same one (detection.md 6.5).

/** The Sigma that it reads, and a number of our own, which rises when the same rules mean something else by a change of ours. */
export const engine = 'sigma-2.1/1';
