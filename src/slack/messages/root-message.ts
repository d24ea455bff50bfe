import type { KnownBlock } from '@slack/types'
import type { Migration } from '../../migration/migration.ts'
import type { PhaseProgress } from '../../migration/progress.ts'
import { context, header, section, toMessage } from '../blocks.ts'
import { mention, toCode } from '../escape.ts'
import { formatDuration, formatTime } from '../format.ts'
import type { Message } from '../message.ts'
import { errorBlocks, errorWords } from './error-lines.ts'
import { migrationButtons } from './migration-buttons.ts'
import { phaseBar } from './phase-bar.ts'
import { progressLines, progressMark } from './progress-lines.ts'

/** Everything a person sees at one glance of a migration. */
export interface RootView {
  readonly migration: Migration
  /** `host:port/database` of both sides; no user, no password. */
  readonly sourceLabel: string
  readonly targetLabel: string
  /** What the present phase told last; null when it has told nothing. */
  readonly progress: PhaseProgress | null
  /** How long writes stood still in the cutover, in ms; null before it or when unknown. */
  readonly writeStopMs: number | null
}

/** The message that stands for a migration in the channel and is edited in place. */
export function rootMessage(view: RootView): Message {
  const buttons = migrationButtons(view.migration)
  return toMessage(migrationSentence(view), [...migrationBlocks(view), ...(buttons === null ? [] : [buttons])])
}

/** Where a migration stands, as blocks without buttons. */
export function migrationBlocks(view: RootView): KnownBlock[] {
  const { migration } = view
  const progress = liveProgress(view)
  return [
    header(headline(view)),
    section(`${toCode(view.sourceLabel)}  →  ${toCode(view.targetLabel)}`),
    section(phaseBar(migration)),
    ...(progress === null ? [] : [section(...progressLines(progress))]),
    ...(migration.error === null ? [] : errorBlocks(migration.error)),
    section(nextAction(view)),
    context(
      `${migration.id} · asked for by ${mention(migration.requesterUserId)} · ${formatTime(migration.createdAt, 'day', 'begun')}`,
    ),
  ]
}

/** Where a migration stands, as one plain sentence. */
export function migrationSentence(view: RootView): string {
  const { migration } = view
  if (migration.error !== null) return `${headline(view)}. ${errorWords(migration.error).message}`
  return `${headline(view)}.`
}

/** Progress is told only of a phase that is at work. */
function liveProgress({ migration, progress }: RootView): PhaseProgress | null {
  return migration.status === 'running' ? progress : null
}

function headline(view: RootView): string {
  const { name, phase, status } = view.migration
  switch (status) {
    case 'running': {
      const progress = liveProgress(view)
      const mark = progress === null ? null : progressMark(progress)
      return `🚚 Moving ${name}: ${phase}${mark === null ? '' : ` ${mark}`}`
    }
    case 'paused':
      return `⏸️ ${name} is paused in ${phase}`
    case 'failed':
      return `⛔ ${name} stopped in ${phase}`
    case 'aborting':
      return `↩️ ${name} is being taken back`
    case 'abort-failed':
      return `⛔ Taking ${name} back stopped at ${phase}`
    case 'aborted':
      return `↩️ ${name} was taken back`
    case 'finished':
      return `✅ ${name} has moved`
  }
}

function nextAction({ migration, progress, writeStopMs }: RootView): string {
  const { name, status } = migration
  const who = mention(migration.requesterUserId)
  switch (status) {
    case 'running':
      if (migration.phase === 'approval' && progress?.kind === 'approval') {
        return progress.votes < progress.required
          ? '👉 *Needed now:* approvers read the request in the thread and react with ✅ or ❌.'
          : '⏳ Approved: the cutover begins in a moment. ❌ on the request still stops it.'
      }
      return migration.switchedAt === null
        ? 'Nothing to do now; details are in the thread.'
        : `The application lives on the target${stopWords(writeStopMs)}; Flytt cleans up.`
    case 'paused':
      return `👉 ${who} or anybody in the channel: press *Resume*, or type \`/migrate resume ${name}\`.`
    case 'failed':
      return `👉 ${who}: do what is said above, then press *Retry*${migration.switchedAt === null ? ' or *Abort*' : ''}.`
    case 'abort-failed':
      return `👉 ${who}: do what is said above, then press *Retry*.`
    case 'aborting':
      return 'Nothing to do now; the source stays in service.'
    case 'aborted':
      return `Nothing of Flytt is left on either server. \`/migrate start ${name}\` begins anew.`
    case 'finished':
      return `The application lives on the target${stopWords(writeStopMs)}. Nothing is left to do here.`
  }
}

function stopWords(writeStopMs: number | null): string {
  return writeStopMs === null ? '' : `; writes stood still for *${formatDuration(writeStopMs)}*`
}
