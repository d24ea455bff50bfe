import type { MigrationRecord } from '../../src/state/migration-record.ts'
import type { PhaseProgress } from '../../src/migration/progress.ts'

/** A migration's record that lives as long as the test; what a phase left in it can be read. */
export interface MemoryRecord extends MigrationRecord {
  readonly facts: Map<string, unknown>
  readonly progress: PhaseProgress[]
}

/** Keeps facts and progress as JSON would; the journal, the lag and the votes are not for the phases tested with it. */
export function memoryRecord(): MemoryRecord {
  const facts = new Map<string, unknown>()
  const progress: PhaseProgress[] = []
  const notHere = () => Promise.reject(new Error('not part of the memory record'))
  return {
    facts,
    progress,
    setProgress: async (value) => {
      progress.push(value)
    },
    setFact: async (name, value) => {
      facts.set(name, JSON.parse(JSON.stringify(value)))
    },
    fact: async (name, schema) => (facts.has(name) ? schema.parse(facts.get(name)) : null),
    removeFact: async (name) => {
      facts.delete(name)
    },
    addEvent: async () => undefined,
    addLagSample: notHere,
    journal: notHere,
    readJournal: notHere,
    journalSwitch: notHere,
    approvals: { open: notHere, find: notHere, end: notHere, setQuorum: notHere, addReading: notHere } as never,
  }
}
