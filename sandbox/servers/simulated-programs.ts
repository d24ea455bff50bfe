import { statfsSync } from 'node:fs'
import { arch, availableParallelism, freemem, release, totalmem, uptime } from 'node:os'
import type { SimulatedFiles } from './simulated-files.ts'
import type { CommandOutcome, Programs, Simulation } from './simulated-program.ts'
import { operands, refuse } from './simulated-program.ts'

/** What reads and changes the host's files. */
export function filePrograms(files: SimulatedFiles): Programs {
  return {
    cat: (args, input) => (operands(args).length === 0 ? input : operands(args).map(files.read).join('')),
    ls: (args) =>
      operands(args, ['/home/flytt'])
        .flatMap((path) => files.list(path))
        .map((name) => `${name}\n`)
        .join(''),
    tee: (args, input) => {
      for (const path of operands(args)) files.write(path, input, args.includes('-a'))
      return input
    },
    mkdir: (args) => each(args, files.makeFolder),
    touch: (args) =>
      each(args, (path) => {
        files.write(path, '', true)
      }),
    rm: (args) =>
      each(args, (path) => {
        const isForced = args.some((arg) => /^-[a-z]*f/.test(arg))
        if (!isForced || files.exists(path))
          files.remove(
            path,
            args.some((arg) => /^-[a-z]*r/i.test(arg)),
          )
      }),
    mv: (args) => pair(args, files.move),
    cp: (args) => pair(args, files.copy),
    // The files belong to the sandbox's own user, whoever the host is told to give them to.
    chmod: (args) =>
      each(args.slice(1), (path) => {
        files.sizeBytes(path)
      }),
    chown: (args) =>
      each(args.slice(1), (path) => {
        files.sizeBytes(path)
      }),
    test: ([flag = '', path = '']) => {
      const holds =
        flag === '-d'
          ? files.isFolder(path)
          : flag === '-f'
            ? files.exists(path) && !files.isFolder(path)
            : files.exists(path)
      return { exitCode: holds ? 0 : 1, stdout: '', stderr: '' }
    },
  }
}

/** What the host says about itself; sizes and times are this machine's, which reading does not change. */
export function factPrograms(name: string, files: SimulatedFiles, simulation: Simulation): Programs {
  return {
    echo: (args) => `${args.join(' ')}\n`,
    true: () => '',
    hostname: () => `${name}\n`,
    whoami: () => 'flytt\n',
    id: (args) =>
      args.includes('-un')
        ? 'flytt\n'
        : args.includes('-u')
          ? '1000\n'
          : 'uid=1000(flytt) gid=1000(flytt) groups=1000(flytt)\n',
    nproc: () => `${String(availableParallelism())}\n`,
    uname: (args) => {
      const facts: Record<string, string> = {
        '-s': 'Linux',
        '-n': name,
        '-r': release(),
        '-m': arch() === 'x64' ? 'x86_64' : arch(),
      }
      const wanted = args.length === 0 ? ['-s'] : args.includes('-a') ? Object.keys(facts) : args
      return `${wanted.map((flag) => facts[flag] ?? 'unknown').join(' ')}\n`
    },
    'systemd-detect-virt': () => `${simulation.virtualization ?? 'kvm'}\n`,
    uptime: () => `up ${String(Math.floor(uptime() / 60))} minutes\n`,
    date: (args) => {
      const now = new Date()
      if (args.includes('+%s')) return `${String(Math.floor(now.getTime() / 1000))}\n`
      return args.includes('+%s.%N') ? `${(now.getTime() / 1000).toFixed(9)}\n` : `${now.toISOString()}\n`
    },
    df: (args) => {
      const { bsize, blocks, bfree, bavail } = statfsSync(files.locate('/'))
      const unitBytes = args.some((arg) => /^(-B1|--block-size=1)$/.test(arg)) ? 1 : 1024
      const sizes = [blocks, blocks - bfree, bavail].map((count) => String(Math.floor((count * bsize) / unitBytes)))
      const share = blocks === 0 ? 0 : Math.ceil((100 * (blocks - bfree)) / blocks)
      return `Filesystem ${unitBytes === 1 ? '1' : '1024'}-blocks Used Available Capacity Mounted on\n/dev/vda1 ${sizes.join(' ')} ${String(share)}% /\n`
    },
    free: (args) => {
      const unitBytes = args.includes('-b') ? 1 : args.includes('-m') ? 1024 ** 2 : 1024
      const sizes = [totalmem(), totalmem() - freemem(), freemem(), 0, 0, freemem()].map((bytes) =>
        String(Math.floor(bytes / unitBytes)),
      )
      return `               total        used        free      shared  buff/cache   available\nMem: ${sizes.join(' ')}\nSwap: 0 0 0\n`
    },
  }
}

/** What restarts the host's PostgreSQL. */
export function servicePrograms(simulation: Simulation): Programs {
  const control = async (verb: string | undefined, unit: string | undefined): Promise<string | CommandOutcome> => {
    if (simulation.restartPostgres === undefined || !/^postgresql(@[\w-]+)?(\.service)?$/.test(unit ?? '')) {
      return { exitCode: 5, stdout: '', stderr: `Unit ${unit ?? ''} not found.\n` }
    }
    if (verb === 'is-active') return 'active\n'
    if (verb === 'restart') await simulation.restartPostgres()
    else if (verb === 'reload' && simulation.reloadPostgres) await simulation.reloadPostgres()
    else return refuse(`${verb ?? ''}: this simulated host only restarts and reloads PostgreSQL`)
    return ''
  }
  return {
    systemctl: (args) => control(operands(args)[0], operands(args)[1]),
    service: ([unit, verb]) => control(verb, unit),
    pg_ctlcluster: ([major, cluster, verb]) => control(verb, `postgresql@${major ?? ''}-${cluster ?? ''}`),
  }
}

function each(args: readonly string[], change: (path: string) => void): string {
  operands(args).forEach(change)
  return ''
}

function pair(args: readonly string[], change: (from: string, to: string) => void): string {
  const [from, to, ...others] = operands(args)
  if (from === undefined || to === undefined || others.length > 0) throw new Error('needs two paths')
  change(from, to)
  return ''
}
