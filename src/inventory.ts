import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { FlyttError } from './errors.ts'
import { Secret } from './secret.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from './units.ts'

const UNIT_MS: Record<string, number> = { ms: 1, s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS }
const UNIT_BYTES: Record<string, number> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'must be a duration such as 500ms, 30s, 10m or 2h')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.replace(/^\d+/, '')] ?? 1))

const size = z
  .string()
  .regex(/^\d+(B|kB|MB|GB)$/, 'must be a size such as 512kB, 1MB or 2GB')
  .transform((text) => Number.parseInt(text, 10) * (UNIT_BYTES[text.replace(/^\d+/, '')] ?? 1))

const slackId = (letter: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^[${letter}][A-Z0-9]+$`), `must be a Slack ${what} id (it starts with ${letter[0] ?? ''})`)

/** What a secret may look like in the file; a plain value is refused, so that no password lands in a repository. */
const secretReference = z
  .string()
  .regex(/^(env|file):./, 'must be env:NAME or file:PATH; secrets do not stand in the inventory')

/** Everything a secret reference needs to become a Secret; given to the schema by {@link readInventory}. */
interface SecretSource {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
}

function schemaWith(source: SecretSource) {
  const secret = secretReference.transform((reference, context) => {
    const [kind, name] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)]
    const text = kind === 'env' ? source.environment[name] : readSecretFile(resolve(source.folder, name))
    if (text === undefined || text === '') {
      context.addIssue({
        code: 'custom',
        message: kind === 'env' ? `the variable ${name} is not set` : `the file ${name} cannot be read or is empty`,
      })
      return z.NEVER
    }
    return new Secret(text)
  })
  // What a parser would say of it later quotes the URL, password included.
  const databaseUrl = secret.refine(
    (url) => /^postgres(ql)?:\/\/[^/]/.test(url.reveal()) && URL.canParse(url.reveal()),
    'must be a URL: postgres://user:password@host:port/database',
  )
  const host = z.strictObject({
    address: z.string().min(1),
    port: z.number().int().min(1).max(65535).default(22),
    user: z.string().min(1),
    privateKey: secret,
    hostKey: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be the fingerprint `ssh-keygen -lf` prints: SHA256:…'),
  })
  const server = z.strictObject({
    url: databaseUrl,
    applicationUrl: databaseUrl,
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters')
      .optional(),
    host: host.optional(),
  })
  const switchEntry = z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('pgbouncer'),
      admin: databaseUrl,
      database: z.string().min(1),
      configFile: z.string().min(1),
    }),
    z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
  ])
  const policy = z.strictObject({
    writeStopBudgetMs: z.number().int().min(100).max(120_000).default(5000),
    maxLag: size.default(1024 ** 2),
    maxReplay: duration.default(SECOND_MS),
    stableFor: duration.default(30 * SECOND_MS),
    slotWait: duration.default(MINUTE_MS),
  })
  const migration = z.strictObject({
    source: server,
    target: server,
    replication: z.strictObject({
      user: z.string().min(1),
      password: secret,
      sourceAddress: z.string().regex(/^(.+):(\d+)$/, 'must be host:port as the target reaches the source'),
    }),
    switches: z.array(switchEntry).min(1, 'needs at least one switch: how is the application sent to the target?'),
    policy: policy.prefault({}),
  })
  return z.strictObject({
    channels: z.array(slackId('CG', 'channel')).min(1),
    approvals: z
      .strictObject({
        required: z.number().int().min(2, 'must be at least 2: a cutover needs two people').default(2),
        approvers: z.array(slackId('UW', 'user')).optional(),
        userGroup: slackId('S', 'user group').optional(),
        expireAfter: duration.default(2 * HOUR_MS),
        countdown: duration.default(10 * SECOND_MS),
      })
      .prefault({}),
    migrations: z.record(
      z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a migration is named by lower-case letters, digits and dashes'),
      migration,
    ),
  })
}

/** The inventory as the code uses it: durations in ms, sizes in bytes, secrets as {@link Secret}. */
export type Inventory = z.infer<ReturnType<typeof schemaWith>>
/** One named migration of the inventory. */
export type MigrationSettings = Inventory['migrations'][string]
/** One of its two servers. */
export type ServerSettings = MigrationSettings['source']
/** How to reach a server's machine over SSH. */
export type HostSettings = NonNullable<ServerSettings['host']>
/** One way the application is sent to the other server. */
export type SwitchSettings = MigrationSettings['switches'][number]
/** Who may approve, how many are needed, and for how long. */
export type ApprovalSettings = Inventory['approvals']

/**
 * Reads flytt.yaml and the secrets it refers to.
 *
 * @param file - path of the inventory; `file:` secrets are relative to its folder
 * @param environment - where `env:` secrets come from
 * @throws {FlyttError} `INVENTORY_INVALID` naming every fault with its line, never a secret's value
 */
export function readInventory(file: string, environment: Readonly<Record<string, string | undefined>>): Inventory {
  const text = readText(file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    throw invalid(
      file,
      document.errors.map((error) => `• line ${lines.linePos(error.pos[0]).line}: ${error.message}`),
    )
  }
  const parsed = schemaWith({ environment, folder: dirname(resolve(file)) }).safeParse(document.toJS())
  if (parsed.success) return parsed.data
  throw invalid(
    file,
    parsed.error.issues.map(
      (issue) => `• line ${lineOf(document, lines, issue.path)}: ${issue.path.join('.')}: ${messageOf(issue)}`,
    ),
  )
}

/** What is wrong with a key stands one level deeper than the key. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? issue.issues.map(({ message }) => message).join(', ') : issue.message
}

/** The line of a path in the file; of its nearest parent when the field is missing. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const last = path[length - 1]
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    // The key stands where a person looks; its value may begin a line below.
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key
      : undefined
    const node: unknown = key ?? document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new FlyttError('INVENTORY_INVALID', {
      context: { file, faults: '• the file cannot be read' },
      remedy: 'Copy flytt.example.yaml to flytt.yaml, or set FLYTT_INVENTORY to where the inventory is.',
      cause: error,
    })
  }
}

function readSecretFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    // Absence is reported by the caller together with every other fault of the file.
    return undefined
  }
}

function invalid(file: string, faults: readonly string[]): FlyttError {
  return new FlyttError('INVENTORY_INVALID', { context: { file, faults: faults.join('\n') } })
}
