import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ssh2 from 'ssh2'

export interface SshKey {
  /** In OpenSSH's format. */
  readonly privateKeyFile: string
  /** One line, as `authorized_keys` has it. */
  readonly publicKey: string
  /** As on the wire. */
  readonly publicBlob: Buffer
}

/** Makes an ed25519 key pair in a folder, or takes the one that is there, so that a restart keeps a pinned host key valid. */
export function makeSshKey(directory: string, name: string): SshKey {
  mkdirSync(directory, { recursive: true })
  const privateKeyFile = join(directory, name)
  if (!existsSync(privateKeyFile)) {
    const pair = generateReadablePair()
    writeFileSync(privateKeyFile, pair.private, { mode: 0o600 })
    writeFileSync(`${privateKeyFile}.pub`, `${pair.public}\n`)
  }
  chmodSync(privateKeyFile, 0o600)
  const publicKey = readFileSync(`${privateKeyFile}.pub`, 'utf8').trim()
  return { privateKeyFile, publicKey, publicBlob: Buffer.from(publicKey.split(' ')[1] ?? '', 'base64') }
}

/** ssh2 writes now and then an ed25519 key that it cannot read itself. */
function generateReadablePair(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

/** Gives a key's fingerprint as `ssh-keygen -lf` prints it. */
export function fingerprintOf(key: SshKey): string {
  return `SHA256:${createHash('sha256').update(key.publicBlob).digest('base64').replace(/=+$/, '')}`
}
