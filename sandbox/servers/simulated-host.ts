import type { CommandLine } from './command-line.ts'
import { parseCommandLine } from './command-line.ts'
import { openSimulatedFiles } from './simulated-files.ts'
import type { CommandOutcome, Programs, Simulation } from './simulated-program.ts'
import { operands, refuse } from './simulated-program.ts'
import { factPrograms, filePrograms, servicePrograms } from './simulated-programs.ts'
import { SYSCTL_DEFAULTS, sysctlPath, sysctlProgram } from './simulated-sysctl.ts'

/** One command that the host was asked for, in order. */
export interface LoggedCommand {
  readonly command: string
  readonly exitCode: number
}

export interface SimulatedHost {
  readonly root: string
  readonly commands: readonly LoggedCommand[]
  /** Tells whether the command reads its standard input, so that one has to wait for its end. */
  readsInput(command: string): boolean
  run(command: string, input: string): Promise<CommandOutcome>
}

const FAILED = 1

const FIRST_FILES = {
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  '/etc/sysctl.conf': '# Kernel settings of this simulated host\n',
}

/**
 * Makes a host that exists in one folder only: its commands read and change files there and nothing of this machine.
 *
 * @param name - its host name
 * @param root - the folder that is its `/`; files found there are kept
 */
export function simulateHost(name: string, root: string, simulation: Simulation = {}): SimulatedHost {
  const files = openSimulatedFiles(root, simulation.ownFolders)
  const commands: LoggedCommand[] = []
  for (const folder of ['/etc/sysctl.d', '/proc/sys', '/tmp', '/home/flytt']) files.makeFolder(folder)
  for (const [path, text] of Object.entries(FIRST_FILES)) if (!files.exists(path)) files.write(path, text)
  for (const [key, value] of Object.entries({ ...SYSCTL_DEFAULTS, ...simulation.sysctl })) {
    const path = sysctlPath(key)
    if (files.exists(path)) continue
    files.makeFolder(path.slice(0, path.lastIndexOf('/')))
    files.write(path, `${value}\n`)
  }
  const programs: Programs = {
    ...filePrograms(files),
    ...factPrograms(name, files, simulation),
    ...sysctlProgram(files),
    ...servicePrograms(simulation),
  }
  const parse = (command: string): CommandLine | null => {
    const line = parseCommandLine(command)
    if (line?.words[0] !== 'sudo') return line
    return { ...line, words: line.words.slice(line.words[1] === '-n' ? 2 : 1) }
  }
  const execute = async (command: string, input: string): Promise<CommandOutcome> => {
    const line = parse(command)
    if (!line) return refuse('this simulated host runs one program at a time, without pipes, variables or patterns')
    const [program = '', ...args] = line.words
    const run = Object.hasOwn(programs, program) ? programs[program] : undefined
    if (!run) return refuse(`${program}: not among the commands of this simulated host`)
    try {
      const answer = await run(args, input)
      const outcome = typeof answer === 'string' ? succeed(answer) : answer
      if (!line.redirect) return outcome
      files.write(line.redirect.path, outcome.stdout, line.redirect.append)
      return { ...outcome, stdout: '' }
    } catch (error) {
      return { exitCode: FAILED, stdout: '', stderr: `${program}: ${explain(error)}\n` }
    }
  }
  return {
    root,
    commands,
    readsInput: (command) => {
      const [program, ...args] = parse(command)?.words ?? []
      return program === 'tee' || (program === 'cat' && operands(args).length === 0)
    },
    run: async (command, input) => {
      const outcome = await execute(command, input)
      commands.push({ command, exitCode: outcome.exitCode })
      return outcome
    },
  }
}

function succeed(stdout: string): CommandOutcome {
  return { exitCode: 0, stdout, stderr: '' }
}

/** Says what went wrong as a program would, without where the files really are. */
function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const words: Record<string, string> = {
    ENOENT: 'No such file or directory',
    EISDIR: 'Is a directory',
    ENOTDIR: 'Not a directory',
    EACCES: 'Permission denied',
  }
  return code === undefined ? message : (words[code] ?? code)
}
