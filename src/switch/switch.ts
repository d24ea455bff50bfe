import type { Finding } from '../migration/finding.ts'

/** Where a server listens, as the application reaches it. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  readonly database: string
}

/** One way the application's traffic moves from the source to the target. Every method may be called again. */
export interface Switch {
  /** For people to read, for example `pgbouncer shop`. */
  readonly name: string
  /** Reads only. @returns what would stop a cutover; empty when nothing would */
  check(): Promise<readonly Finding[]>
  /**
   * Holds the application's statements back; open transactions may finish.
   *
   * @param deadlineMs - after it the pause is taken back and the call fails
   * @throws {FlyttError} `SWITCH_PAUSE_TIMED_OUT`, `SWITCH_FAILED`
   */
  pause(deadlineMs: number): Promise<void>
  /** Sends everything that comes after `resume` to `endpoint`. @throws {FlyttError} `SWITCH_FAILED` */
  pointAt(endpoint: Endpoint): Promise<void>
  /** Lets the held statements go on; does nothing when none are held. @throws {FlyttError} `SWITCH_FAILED` */
  resume(): Promise<void>
  /** Reads where it points and whether it holds statements back. */
  describe(): Promise<{ readonly pointsAt: Endpoint | null; readonly paused: boolean }>
  /** Closes what it keeps open; never throws. */
  end(): Promise<void>
}
