/** `ok` checked and fine · `info` worth knowing · `warn` a person should read it · `block` Flytt stops here. */
export type Verdict = 'ok' | 'info' | 'warn' | 'block'

/** What one check found: a verdict, one sentence with the real values, and what to do. */
export interface Finding {
  /** The check's name in kebab-case, the same as its file in src/audit. */
  readonly check: string
  readonly verdict: Verdict
  /** One sentence. Names from the database stand in it as they are; rendering escapes them. */
  readonly summary: string
  /** What a person does about it, with the exact statement where there is one; null when nothing is to do. */
  readonly remedy: string | null
}
