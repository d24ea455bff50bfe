import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { EMBEDDED_MAJORS } from '../../sandbox/servers/postgres-binaries.ts'
import { withClient } from '../support/database.ts'
import { useServers } from '../support/servers.ts'

const folder = join(import.meta.dirname, '../../src/postgres/sql')
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))

const headerOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('--'))
    .join('\n')
const bodyOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !line.trim().startsWith('--'))
    .join('\n')
const parametersIn = (text: string): string[] => [...new Set(text.match(/\$\d+/g))].toSorted()
const sinceOf = (text: string): number => Number(/Since: PostgreSQL (\d+)/.exec(headerOf(text))?.[1])

const servers = useServers({ v15: 15, v16: 16, v17: 17, v18: 18 })

describe('each question in src/postgres/sql', () => {
  test.each(files)('$file says what it asks, where it runs, what it needs and what it returns', ({ text }) => {
    // The question may take several lines; the next one begins with where it runs.
    expect(headerOf(text)).toMatch(/^-- [A-Z](.|\n-- )*\.\n-- Runs on: \w.*\. Needs: .+\. Since: PostgreSQL \d+\.$/m)
    expect(headerOf(text)).toMatch(/^-- Returns: ./m)
    expect(headerOf(text)).toMatch(/^-- Source: https:\/\/www\.postgresql\.org\/docs\//m)
  })

  test.each(files)('$file explains each of its parameters with its type', ({ text }) => {
    const explained = (headerOf(text).match(/^-- \$\d+::[\w[\] ]+? {2}\S/gm) ?? []).map((line) => line.slice(3, 5))
    expect(explained).toEqual(parametersIn(bodyOf(text)))
  })

  test.each(files)('$file is one statement that reads, names its columns and qualifies the catalogs', ({ text }) => {
    const body = bodyOf(text)
    expect(body).toMatch(/^\s*(SELECT|WITH)\b/)
    expect(body.trim().replace(/;$/, '')).not.toContain(';')
    expect(body).not.toMatch(/SELECT \*|\bBETWEEN\b|\b(INSERT|UPDATE|DELETE) (INTO|FROM)\b/)
    expect(body).not.toMatch(/(?<![.\w])pg_(?!catalog\.)\w+\(|(FROM|JOIN) pg_(?!catalog\.)/)
  })

  const cases = EMBEDDED_MAJORS.flatMap((major) =>
    files.filter(({ text }) => sinceOf(text) <= major).map(({ file, text }) => ({ major, file, text })),
  )
  test.each(cases)('$file can be prepared on PostgreSQL $major', async ({ major, text }) => {
    await withClient(servers[`v${String(major)}` as keyof typeof servers].url, async (client) => {
      await client.query(`PREPARE question AS ${text}`)
      const { rows } = await client.query<{ types: string }>(
        `SELECT parameter_types::text AS types FROM pg_prepared_statements WHERE name = 'question'`,
      )
      const declared = [...headerOf(text).matchAll(/^-- \$\d+::([\w[\] ]+?) {2}/gm)].map(([, type]) => type)
      const { rows: expected } = await client.query<{ types: string }>(`SELECT $1::regtype[]::text AS types`, [
        declared,
      ])
      expect(rows[0]?.types).toBe(expected[0]?.types)
    })
  })
})
