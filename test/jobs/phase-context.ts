import { pino } from 'pino'
import type { PhaseContext } from '../../jobs/phase.ts'
import { databaseAt } from '../../src/postgres/connection.ts'
import { Secret } from '../../src/secret.ts'
import type { Message } from '../../src/slack/message.ts'
import type { MemoryRecord } from '../support/memory-record.ts'
import { memoryRecord } from '../support/memory-record.ts'

/** A phase's context over two real databases, with a record and a thread in memory. */
export interface TestContext extends PhaseContext {
  readonly record: MemoryRecord
  readonly posted: Map<string, Message>
}

/** @param urls - of two databases, as superuser */
export function phaseContext(urls: { source: string; target: string }, more: Partial<PhaseContext> = {}): TestContext {
  const posted = new Map<string, Message>()
  const record = memoryRecord()
  const at = new Date()
  return {
    migration: {
      id: 'shop-1',
      name: 'shop',
      requesterUserId: 'U1',
      channelId: 'C1',
      status: 'running',
      phase: 'schema',
      run: 1,
      epoch: 1,
      switchedAt: null,
      error: null,
      createdAt: at,
      updatedAt: at,
      finishedAt: null,
    },
    settings: {
      source: { url: new Secret(urls.source) },
      target: { url: new Secret(urls.target) },
    } as PhaseContext['settings'],
    source: databaseAt('source', new Secret(urls.source)),
    target: databaseAt('target', new Secret(urls.target)),
    hosts: { source: null, target: null },
    switches: [],
    thread: {
      post: async (key: string, message: Message) => {
        posted.set(key, message)
      },
    } as unknown as PhaseContext['thread'],
    signal: new AbortController().signal,
    log: pino({ level: 'silent' }),
    ...more,
    record,
    posted,
  }
}
