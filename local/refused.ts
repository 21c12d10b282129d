// Decides how a start that can't be is said: one message for people, exit 1, nothing half done.

export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}
