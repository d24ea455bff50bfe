import { redact } from './secret.ts'

/** What a person reads of one error: `{name}` stands for a field of the error's context. */
interface ErrorText {
  readonly message: string
  readonly remedy: string
  /** Whether the same call may succeed a little later without anybody doing anything. */
  readonly retryable?: true
}

/**
 * Every error Flytt can raise, by code: one sentence of what happened and one of what to do.
 *
 * `docs/errors.md` has a section per code, proved by `test/house/docs.test.ts`.
 */
export const ERRORS = {
  APPLY_FAILED: {
    message: 'Logical replication on the target keeps failing ({count} errors since it began).',
    remedy: 'Read the server log of the target for the reason, mend it there, then run `/migrate retry {name}`.',
  },
  APPROVAL_EXPIRED: {
    message: 'The approval request expired before enough people had agreed.',
    remedy: 'Run `/migrate retry {name}` to ask again.',
  },
  APPROVAL_MISSING: {
    message: 'There is no valid approval for this cutover: {reason}.',
    remedy: 'Flytt asks for approval again; follow the thread.',
  },
  APPROVAL_VETOED: {
    message: '<@{userId}> vetoed the cutover.',
    remedy: 'Settle it, then run `/migrate retry {name}` to ask again, or `/migrate abort {name}`.',
  },
  AUDIT_BLOCKED: {
    message: 'The audit found blockers ({count}); nothing was changed.',
    remedy: 'Do what each blocker says, then run `/migrate retry {name}`.',
  },
  BOT_NOT_IN_CHANNEL: {
    message: 'Flytt is not a member of <#{channelId}>, so it cannot report there.',
    remedy: 'Type `/invite @Flytt` in the channel, then the command again.',
  },
  CHANNEL_NOT_ALLOWED: {
    message: 'Flytt does not take commands in this channel.',
    remedy: "Type the command in {channels}, or add this channel's id to `channels` in the inventory.",
  },
  CHANNEL_SHARED: {
    message: 'This channel is shared with another organisation, so Flytt does not take commands in it.',
    remedy: 'Use a channel of the inventory that only your own organisation sees.',
  },
  COMMAND_MISUSED: {
    message: 'That is not how `/migrate {subcommand}` is written: {reason}.',
    remedy: 'Type `/migrate {usage}`.',
  },
  COMMAND_UNKNOWN: {
    message: 'There is no command "{word}".',
    remedy: 'Type `/migrate help` to see what can be typed.',
  },
  AUDIT_CHECK_TIMED_OUT: {
    message: 'The check {check} was not done within {deadlineMs} ms.',
    remedy: 'Look what holds the servers up, then run `/migrate retry`.',
  },
  CONFIG_INVALID: {
    message: 'The environment is not usable:\n{faults}',
    remedy: 'Set the variables named above; .env.example explains each.',
  },
  CONNECTION_LOST: {
    message: 'The connection to the {side} was lost: {reason}',
    remedy: 'Flytt tries again by itself; check the server and the network if it keeps happening.',
    retryable: true,
  },
  CUTOVER_INTERRUPTED: {
    message: 'The cutover was interrupted at the step "{step}"; writes go on at the source.',
    remedy: 'Nothing was switched. Flytt is back in catch-up and asks for approval again.',
  },
  CUTOVER_REOPENED: {
    message: 'The cutover stopped at the step "{step}" ({reason}); writes go on at the source after {stoppedMs} ms.',
    remedy: 'Nothing was switched. Flytt is back in catch-up and asks for approval again.',
  },
  DATABASE_FAILED: {
    message: 'PostgreSQL on the {side} refused a statement ({sqlState}): {reason}',
    remedy: 'Read the reason, mend it on the server, then run `/migrate retry`.',
  },
  FENCE_INCOMPLETE: {
    message: 'After the fence there were still sessions that could write: {sessions}.',
    remedy: 'End these sessions or take their right to write, then let Flytt try again.',
  },
  HEARTBEAT_LATE: {
    message: 'A marker written on the source did not reach the target within {waitedMs} ms.',
    remedy: 'Look at the lag in the thread; Flytt tries again when it is small.',
    retryable: true,
  },
  HOST_COMMAND_TIMED_OUT: {
    message: 'The command {command} on the {side} host ({address}) was not done within {timeoutMs} ms.',
    remedy: 'Look at the load of that host, then run `/migrate retry`.',
  },
  HOST_KEY_MISMATCH: {
    message:
      'The {side} host ({address}) shows another key than the inventory names: expected {expected}, found {found}.',
    remedy:
      'Find out why, because somebody may stand in between. If the host was set up anew, run `ssh-keygen -lf` on its public key and put that fingerprint into `hostKey`.',
  },
  HOST_LOGIN_REFUSED: {
    message: 'The {side} host ({address}) refused the login of user "{user}": {reason}',
    remedy: 'Add the public key to the authorized keys of that user, or mend `user` and `privateKey` in the inventory.',
  },
  HOST_UNREACHABLE: {
    message: 'The {side} host ({address}) cannot be reached over SSH: {reason}',
    remedy: 'Check address, port and firewall of the host, then run `/migrate retry`.',
  },
  INTERNAL: {
    message: 'Flytt met something it did not expect: {reason}',
    remedy: 'Run `/migrate retry`; if it comes back, open an issue with the log lines of this time.',
  },
  INVENTORY_INVALID: {
    message: 'The inventory {file} is not usable:\n{faults}',
    remedy: 'Mend the lines named above; flytt.example.yaml explains every field.',
  },
  LAG_TOO_BIG: {
    message: 'The target is {lagBytes} bytes behind, too far for a cutover.',
    remedy: 'Flytt waits in catch-up and asks again.',
  },
  LATE_WRITE: {
    message: 'After the write stop the source still had {count} change(s) that were not sent.',
    remedy:
      'Something writes past the fence, for example a superuser; find it in pg_stat_activity, stop it, and let Flytt try again.',
  },
  LOGIN_REFUSED: {
    message: 'The {side} refused the login of role "{role}": {reason}',
    remedy: 'Check the password and pg_hba.conf of the {side}, then run `/migrate retry`.',
  },
  MIGRATION_NOT_FOUND: {
    message: 'There is no migration called "{name}" here.',
    remedy: 'Run `/migrate list` to see the names.',
  },
  MIGRATION_NOT_STARTED: {
    message: 'The migration "{name}" has not been started yet.',
    remedy: 'Type `/migrate start {name}`.',
  },
  MIGRATION_UNFINISHED: {
    message: 'A migration of this source is not finished yet: "{name}" ({status}).',
    remedy: 'Run `/migrate status {name}`; abort it or let it finish first.',
  },
  OWNERSHIP_LOST: {
    message: 'Another worker took over this migration.',
    remedy: 'Nothing to do: the other worker goes on.',
    retryable: true,
  },
  PUBLISHER_UNREACHABLE: {
    message: 'The target could not connect to the source as the replication role: {reason}',
    remedy:
      'Check replication.sourceAddress, the role and its password, and pg_hba.conf of the source, then run `/migrate retry`.',
    retryable: true,
  },
  QUEUE_UNREACHABLE: {
    message: 'The queue cannot be reached: {reason}',
    remedy: 'Check REDIS_URL (or STATE_DATABASE_URL when REDIS_URL is not set) and that the server runs.',
  },
  QUEUE_UNSAFE: {
    message: 'Redis has maxmemory-policy {policy}, so it may drop jobs.',
    remedy: 'Set maxmemory-policy to noeviction in redis.conf.',
  },
  ROLE_SECRET_UNREADABLE: {
    message:
      'The role(s) {roles} log in at the source, are missing on the target, and their passwords cannot be read from the source.',
    remedy:
      'Create them on the target with their passwords (`CREATE ROLE … LOGIN PASSWORD …`), then run `/migrate retry`.',
  },
  SCHEMA_CHANGED: {
    message: 'The schema of the {side} changed since the data was compared.',
    remedy: 'Make the same change on the other side, then let Flytt compare and ask again.',
  },
  SCHEMA_DUMP_FAILED: {
    message: 'The schema of the source could not be dumped: {reason}',
    remedy: 'Mend what the reason names, then run `/migrate retry`.',
  },
  SCHEMA_RESTORE_FAILED: {
    message: 'The target refused {object} of the schema ({sqlState}): {reason}',
    remedy: 'Mend the reason on the target or change the object on the source, then run `/migrate retry`.',
  },
  SEQUENCES_DIFFER: {
    message: 'Sequences on the target do not stand as they were set: {sequences}.',
    remedy: 'Look whether they exist on the target with the same parameters; then let Flytt try again.',
  },
  SERVER_UNREACHABLE: {
    message: 'The {side} cannot be reached: {reason}',
    remedy: 'Check address, port and firewall of the {side}, then run `/migrate retry`.',
  },
  SLACK_FAILED: {
    message: 'Slack did not answer {method} as it should: {reason}',
    remedy: 'Flytt tries again by itself; see status.slack.com if it keeps happening.',
    retryable: true,
  },
  SLACK_LOGIN_REFUSED: {
    message: 'Slack refused {variable}: {reason}',
    remedy:
      "Copy the token anew from the app's settings at api.slack.com/apps, and see that the app is installed with the scopes of manifest.json.",
  },
  SLOT_LOST: {
    message: 'The replication slot {slotName} lost WAL it needs ({status}).',
    remedy:
      'The copy is void: run `/migrate abort {name}`, raise max_slot_wal_keep_size on the source, then start again.',
  },
  SLOT_MISSING: {
    message: 'The replication slot {slotName} is gone from the source.',
    remedy: 'The copy is void: run `/migrate abort {name}`, then start again.',
  },
  SLOT_WAITS: {
    message:
      'The replication slot could not be made within {waitedMs} ms, because transactions are open on the source: {sessions}.',
    remedy: 'Let these transactions end (or end them), then run `/migrate retry {name}`.',
  },
  STATE_NEWER: {
    message: 'The state database was written by a newer Flytt (revision {found}, this one knows {known}).',
    remedy: 'Run the newer Flytt.',
  },
  STATE_UNREACHABLE: {
    message: "Flytt's state database does not answer: {reason}",
    remedy: 'Check STATE_DATABASE_URL and its server; then `/migrate list` shows what was recorded.',
    retryable: true,
  },
  STATUS_REFUSED: {
    message: 'The migration is {status}; that cannot be done now.',
    remedy: '{hint}',
  },
  SUBSCRIPTION_MISSING: {
    message: 'The subscription {subscription} is gone from the target.',
    remedy: 'The copy is void: run `/migrate abort`, then start again.',
  },
  SWITCH_FAILED: {
    message: 'The switch {switchName} failed: {reason}',
    remedy: 'Check it by hand, then let Flytt try again.',
  },
  SWITCH_PAUSE_TIMED_OUT: {
    message: 'The switch {switchName} could not hold the application back within {waitedMs} ms.',
    remedy: 'Long transactions keep it; end them or wait, then let Flytt try again.',
  },
  TARGET_REFUSES_WRITES: {
    message: 'The application role cannot work on the target: {reason}',
    remedy: 'Mend what the reason says on the target, then let Flytt try again.',
  },
  USER_NOT_ALLOWED: {
    message: '{kind} may not do this: only full members of this workspace may.',
    remedy: 'Ask a member of the channel to type the command.',
  },
  VERIFY_DIFFERS: {
    message: 'Source and target differ: {difference}',
    remedy:
      'Find who wrote to the target or changed the schema, mend it there, then run `/migrate retry`; or run `/migrate abort`.',
  },
  WRITE_STOP_OVER_BUDGET: {
    message: 'The write stop would have taken longer than its budget of {budgetMs} ms.',
    remedy: 'Wait for a quieter moment, or raise policy.writeStopBudgetMs.',
  },
} as const satisfies Record<string, ErrorText>

/** The code of an error: stable, in SCREAMING_SNAKE, one section each in docs/errors.md. */
export type ErrorCode = keyof typeof ERRORS

/** How an error stands in the state database and in a message: nothing secret, everything a person needs. */
export interface ErrorReport {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
}

type Context = Readonly<Record<string, string | number | bigint | boolean | null>>

/**
 * The only error that src, commands and jobs throw: a code, a cause and a remedy a person can act on.
 *
 * Message and remedy come from {@link ERRORS}; secrets are taken out of both.
 */
export class FlyttError extends Error {
  readonly code: ErrorCode
  readonly context: Context
  readonly remedy: string
  readonly retryable: boolean

  constructor(code: ErrorCode, details: { context?: Context; remedy?: string; cause?: unknown } = {}) {
    const context = details.context ?? {}
    const text: ErrorText = ERRORS[code]
    super(redact(fill(text.message, context)), { cause: details.cause })
    this.name = 'FlyttError'
    this.code = code
    this.context = context
    this.remedy = redact(details.remedy ?? fill(text.remedy, context))
    this.retryable = text.retryable ?? false
  }

  /** @returns what is stored and shown of this error */
  report(): ErrorReport {
    return { code: this.code, message: this.message, remedy: this.remedy }
  }
}

function fill(template: string, context: Context): string {
  return template.replace(/\{(\w+)\}/g, (whole, field: string) => {
    const value = context[field]
    return value === undefined ? whole : String(value)
  })
}

/**
 * Makes a FlyttError of anything that was thrown.
 *
 * @param thrown - what a `catch` received
 * @returns the error itself when it is one, otherwise `INTERNAL` with the original as its cause
 */
export function asFlyttError(thrown: unknown): FlyttError {
  if (thrown instanceof FlyttError) return thrown
  const reason = thrown instanceof Error ? thrown.message : String(thrown)
  return new FlyttError('INTERNAL', { context: { reason }, cause: thrown })
}
