/** What a simulated host can do beyond its files. */
export interface Simulation {
  /** Restarts the host's PostgreSQL; without it the host has none. */
  readonly restartPostgres?: () => Promise<void>
  readonly reloadPostgres?: () => Promise<void>
  /** Folders that the host has under the same path as this machine, such as its server's data directory. */
  readonly ownFolders?: readonly string[]
  /** Kernel settings that differ from `SYSCTL_DEFAULTS`. */
  readonly sysctl?: Readonly<Record<string, string>>
  /** What `systemd-detect-virt` prints; default `kvm`. */
  readonly virtualization?: string
}

export interface CommandOutcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A string is what it prints when it succeeds. */
export type Program = (
  args: readonly string[],
  input: string,
) => string | CommandOutcome | Promise<string | CommandOutcome>
export type Programs = Readonly<Record<string, Program>>

/** As shells say that a program was found and not run. */
const REFUSED = 126

/** Gives the arguments that are no options. */
export function operands(args: readonly string[], fallback: readonly string[] = []): readonly string[] {
  const found = args.filter((arg) => !arg.startsWith('-'))
  return found.length === 0 ? fallback : found
}

/** Answers that a command is not for this host. */
export function refuse(why: string): CommandOutcome {
  return { exitCode: REFUSED, stdout: '', stderr: `Refused: ${why}.\n` }
}
