import type { PosterStore } from '../slack/poster-store.ts'
import type { ThreadStore } from '../slack/slack-thread.ts'
import { findMessageDigests } from '../state/message-digests.ts'
import {
  countAttempt,
  findOutstandingMessages,
  findPosted,
  markPosted,
  markReacted,
  markRefused,
  postponeMessage,
  recordMessage,
} from '../state/message-store.ts'
import type { StateDatabase } from '../state/state-database.ts'

/** The record of messages as the poster sees it. */
export function createPosterStore(state: StateDatabase): PosterStore {
  return {
    findOutstanding: async (editEveryMs) => findOutstandingMessages(state, editEveryMs),
    countAttempt: async (id) => countAttempt(state, id),
    markPosted: async (id, ts, digest) => markPosted(state, id, ts, digest),
    markReacted: async (id) => markReacted(state, id),
    postpone: async (id, delayMs) => postponeMessage(state, id, delayMs),
    markRefused: async (id, why) => markRefused(state, id, why),
  }
}

/** The record of one migration's messages as its thread sees it. */
export function createThreadStore(state: StateDatabase, migrationId: string): ThreadStore {
  return {
    migrationId,
    record: async (message, mode) => recordMessage(state, { migrationId, ...message }, mode),
    findPosted: async (key) => findPosted(state, migrationId, key),
    findDigests: async (ts) => findMessageDigests(state, migrationId, ts),
  }
}
