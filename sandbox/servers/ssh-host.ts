import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuthContext, Connection, ParsedKey, ServerChannel } from 'ssh2'
import ssh2 from 'ssh2'
import { findFreePort } from './free-port.ts'
import type { LoggedCommand, SimulatedHost } from './simulated-host.ts'
import { simulateHost } from './simulated-host.ts'
import type { Simulation } from './simulated-program.ts'
import { fingerprintOf, makeSshKey } from './ssh-keys.ts'

export interface SshHostOptions {
  /** The host's name, for its prompt and its folder. */
  readonly name: string
  /** Gets its keys and, under `root`, its files. */
  readonly directory: string
  readonly port?: number
  readonly simulate?: Simulation
}

/** A machine that can be reached over SSH and whose commands change nothing of this one. */
export interface SshHost {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly user: string
  readonly privateKeyFile: string
  /** As `ssh-keygen -lf` prints it. */
  readonly hostKeyFingerprint: string
  /** The folder that is the host's `/`. */
  readonly root: string
  /** Every command so far. */
  readonly commands: readonly LoggedCommand[]
  stop(): Promise<void>
}

const USER = 'flytt'

/** Starts a simulated host behind `ssh2`'s server on 127.0.0.1; one key made here may log in as `flytt`. */
export async function startSshHost(options: SshHostOptions): Promise<SshHost> {
  const host = simulateHost(options.name, join(options.directory, 'root'), options.simulate)
  const hostKey = makeSshKey(options.directory, 'host_key')
  const clientKey = makeSshKey(options.directory, 'client_key')
  const allowed = ssh2.utils.parseKey(clientKey.publicKey) as ParsedKey
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey.privateKeyFile)] }, (connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
    // A client that hangs up in the middle is the client's affair.
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      if (isAllowed(context, allowed)) context.accept()
      else context.reject(['publickey'])
    })
    connection.on('session', (accept) => {
      accept().on('exec', (acceptCommand, _reject, { command }) => {
        void answer(host, command, acceptCommand())
      })
    })
  })
  const port = options.port ?? (await findFreePort())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    name: options.name,
    address: '127.0.0.1',
    port,
    user: USER,
    privateKeyFile: clientKey.privateKeyFile,
    hostKeyFingerprint: fingerprintOf(hostKey),
    root: host.root,
    commands: host.commands,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const connection of connections) connection.end()
      await closed
    },
  }
}

function isAllowed(context: AuthContext, allowed: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.username !== USER) return false
  if (context.key.algo !== allowed.type || !allowed.getPublicSSH().equals(context.key.data)) return false
  // Without a signature the client only asks whether the key would do.
  if (!context.signature) return true
  // It gives an Error, which is truthy, where its types say boolean.
  const verdict: unknown = allowed.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo)
  return verdict === true
}

async function answer(host: SimulatedHost, command: string, channel: ServerChannel): Promise<void> {
  channel.on('error', () => undefined)
  const input: Buffer[] = []
  const isRead = once(channel, 'end')
  channel.on('data', (chunk: Buffer) => input.push(chunk))
  if (host.readsInput(command)) await isRead
  const { exitCode, stdout, stderr } = await host.run(command, Buffer.concat(input).toString('utf8'))
  if (stdout !== '') channel.write(stdout)
  if (stderr !== '') channel.stderr.write(stderr)
  channel.exit(exitCode)
  channel.end()
}
