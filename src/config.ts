import { z } from 'zod'
import { FlyttError } from './errors.ts'
import { Secret } from './secret.ts'

const secret = z
  .string()
  .min(1)
  .transform((text) => new Secret(text))

/** An empty variable, as compose files and .env files leave it, counts as not set. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())

const schema = z.object({
  SLACK_BOT_TOKEN: secret.refine((token) => token.reveal().startsWith('xoxb-'), 'must start with xoxb-'),
  SLACK_APP_TOKEN: secret.refine((token) => token.reveal().startsWith('xapp-'), 'must start with xapp-'),
  SLACK_API_URL: optional(z.url()),
  STATE_DATABASE_URL: secret.refine((url) => /^postgres(ql)?:\/\//.test(url.reveal()), 'must be a postgres:// URL'),
  REDIS_URL: optional(secret.refine((url) => /^rediss?:\/\//.test(url.reveal()), 'must be a redis:// URL')),
  QUEUE_PREFIX: optional(z.string().regex(/^[a-z0-9-]+$/, 'only lower-case letters, digits and dashes')),
  FLYTT_INVENTORY: z.preprocess((value) => (value === '' ? undefined : value), z.string().default('flytt.yaml')),
  WORKER_CONCURRENCY: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.coerce.number().int().min(1).max(64).default(4),
  ),
  LOG_LEVEL: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  ),
})

/** The names of every variable Flytt reads; `.env.example` is compared with it by a test. */
export const CONFIG_VARIABLES = Object.keys(schema.shape)

/** The environment, validated and frozen. Secrets print as `[redacted]`. */
export interface Config {
  readonly slackBotToken: Secret
  readonly slackAppToken: Secret
  /** Where Slack's Web API is; null for Slack itself. Ends with a slash. */
  readonly slackApiUrl: string | null
  readonly stateDatabaseUrl: Secret
  /** Redis for the queue; null to keep the queue in the state database. */
  readonly redisUrl: Secret | null
  /** Prefix of the queue's keys or schema, so that several Flytts can share one Redis. */
  readonly queuePrefix: string
  readonly inventoryFile: string
  /** Phases one worker process works on at the same time. */
  readonly workerConcurrency: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
}

/**
 * Reads the environment. Only the entry points call it.
 *
 * @param environment - `process.env`
 * @throws {FlyttError} `CONFIG_INVALID` naming every faulty variable at once, never a value
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(environment)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => {
      const name = issue.path.join('.')
      const missing = environment[name] === undefined || environment[name] === ''
      return `• ${name}: ${missing ? 'is not set' : issue.message}`
    })
    throw new FlyttError('CONFIG_INVALID', { context: { faults: faults.join('\n') } })
  }
  const values = parsed.data
  return Object.freeze({
    slackBotToken: values.SLACK_BOT_TOKEN,
    slackAppToken: values.SLACK_APP_TOKEN,
    slackApiUrl: values.SLACK_API_URL === undefined ? null : values.SLACK_API_URL.replace(/\/*$/, '/'),
    stateDatabaseUrl: values.STATE_DATABASE_URL,
    redisUrl: values.REDIS_URL ?? null,
    queuePrefix: values.QUEUE_PREFIX ?? 'flytt',
    inventoryFile: values.FLYTT_INVENTORY,
    workerConcurrency: values.WORKER_CONCURRENCY,
    logLevel: values.LOG_LEVEL,
  })
}
