import { createHash } from 'node:crypto'

/**
 * Gives the fingerprint of a host key as `ssh-keygen -lf` prints it.
 *
 * @param key - the public key's blob, as the SSH handshake carries it
 * @returns `SHA256:` and 43 characters of base64
 */
export function hostKeyFingerprint(key: Buffer): string {
  return `SHA256:${withoutPadding(createHash('sha256').update(key).digest('base64'))}`
}

/** Tells whether two fingerprints name the same key; padding makes no difference. */
export function isSameFingerprint(one: string, other: string): boolean {
  return withoutPadding(one) === withoutPadding(other)
}

function withoutPadding(text: string): string {
  return text.replace(/=+$/, '')
}
