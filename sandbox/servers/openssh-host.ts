import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findFreePort } from './free-port.ts'
import { findProgram } from './find-program.ts'
import { startServerProcess, waitForPort } from './server-process.ts'
import type { SimulatedHost } from './simulated-host.ts'
import { simulateHost } from './simulated-host.ts'
import type { SshHost, SshHostOptions } from './ssh-host.ts'
import { fingerprintOf, makeSshKey } from './ssh-keys.ts'

/** Gives the path of sshd; null when it is not installed. */
export function findSshd(): string | null {
  return findProgram('sshd')
}

const FORCED_COMMAND = fileURLToPath(new URL('forced-command.js', import.meta.url))
/** sshd started by root wants it; the service's unit file makes it otherwise. */
const PRIVILEGE_SEPARATION_FOLDER = '/run/sshd'

/**
 * Starts the same simulated host as `startSshHost` behind a real sshd, which runs as the current user and lets in the
 * current user, with one key made here.
 *
 * sshd is told to run no command of a client: each goes to the simulated host in this process (`ForceCommand`).
 *
 * @throws when sshd is not installed or does not start
 */
export async function startOpensshHost(options: SshHostOptions): Promise<SshHost> {
  const command = findSshd()
  if (command === null) throw new Error('sshd is not installed.')
  const { directory } = options
  const host = simulateHost(options.name, join(directory, 'root'), options.simulate)
  const hostKey = makeSshKey(directory, 'host_key')
  const clientKey = makeSshKey(directory, 'client_key')
  const user = userInfo().username
  const port = options.port ?? (await findFreePort())
  if (process.getuid?.() === 0 && !existsSync(PRIVILEGE_SEPARATION_FOLDER))
    mkdirSync(PRIVILEGE_SEPARATION_FOLDER, { mode: 0o755 })
  // A socket's path has at most about 100 characters, and the directory's may be longer.
  const socketFolder = mkdtempSync(join(tmpdir(), 'flytt-ssh-'))
  const socketPath = join(socketFolder, 'host')
  const sockets = new Set<Socket>()
  const bridge = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    answer(host, socket).catch(() => socket.destroy())
  })
  bridge.listen(socketPath)
  await once(bridge, 'listening')
  chmodSync(socketPath, 0o600)

  const files = {
    config: join(directory, 'sshd_config'),
    keys: join(directory, 'authorized_keys'),
    log: join(directory, 'sshd.log'),
  }
  writeFileSync(files.keys, `${clientKey.publicKey}\n`, { mode: 0o600 })
  writeFileSync(
    files.config,
    configLines({ port, user, hostKeyFile: hostKey.privateKeyFile, keysFile: files.keys, socketPath }),
  )
  const server = await startServerProcess({
    command,
    args: ['-D', '-e', '-f', files.config],
    cwd: directory,
    user: null,
    logFile: files.log,
    stopSignal: 'TERM',
  })
  await waitForPort(server, { port, logFile: files.log })
  return {
    name: options.name,
    address: '127.0.0.1',
    port,
    user,
    privateKeyFile: clientKey.privateKeyFile,
    hostKeyFingerprint: fingerprintOf(hostKey),
    root: host.root,
    commands: host.commands,
    stop: async () => {
      const sessions = findSessionsOf(server.pid)
      await server.stop(['SIGTERM', 'SIGKILL'])
      sessions.forEach(endProcess)
      const closed = once(bridge, 'close')
      bridge.close()
      for (const socket of sockets) socket.destroy()
      await closed
      rmSync(socketFolder, { recursive: true, force: true })
    },
  }
}

function configLines(of: {
  port: number
  user: string
  hostKeyFile: string
  keysFile: string
  socketPath: string
}): string {
  return [
    `Port ${String(of.port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${of.hostKeyFile}`,
    `AuthorizedKeysFile ${of.keysFile}`,
    `AllowUsers ${of.user}`,
    `ForceCommand '${process.execPath}' '${FORCED_COMMAND}' '${of.socketPath}'`,
    'PermitRootLogin prohibit-password',
    'AuthenticationMethods publickey',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    'DisableForwarding yes',
    'MaxStartups 100',
    'LogLevel VERBOSE',
    '',
  ].join('\n')
}

/** sshd leaves the sessions it forked alone when it ends, and each is a process group of its own. */
function findSessionsOf(pid: number): number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return processes
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child)
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The command's line, then the command's input up to its end; the answer is one JSON text. */
async function answer(host: SimulatedHost, socket: Socket): Promise<void> {
  socket.on('error', () => undefined)
  socket.setEncoding('utf8')
  let received = ''
  const isRead = once(socket, 'end')
  const isLineRead = new Promise<void>((resolve) => {
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.includes('\n')) resolve()
    })
  })
  await Promise.race([isLineRead, isRead])
  const [line = '{}'] = received.split('\n', 1)
  const { command = '' } = JSON.parse(line) as { command?: string }
  if (host.readsInput(command)) await isRead
  socket.end(JSON.stringify(await host.run(command, received.slice(line.length + 1))))
}
