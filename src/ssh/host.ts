/** What a command on a host came to. A command that did not exit with 0 is a result, not an error. */
export interface CommandResult {
  /** The exit code; null when the connection broke or the command was ended by a signal. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The machine a server runs on, reached over SSH with a pinned host key. */
export interface Host {
  /** Address and port for people to read. */
  readonly address: string
  /**
   * Runs one command; every argument is quoted, no shell interprets it.
   *
   * @param argv - program and arguments
   * @param options - `stdin` for what must not stand in a process list; `timeoutMs` default 10,000
   * @throws {FlyttError} `HOST_UNREACHABLE`, `HOST_KEY_MISMATCH`, `HOST_LOGIN_REFUSED`, `HOST_COMMAND_TIMED_OUT`
   */
  run(
    argv: readonly string[],
    options?: { readonly stdin?: string; readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<CommandResult>
  /** Closes the connection; never throws. */
  end(): Promise<void>
}
