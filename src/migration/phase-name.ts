/** The phases of a migration, in the order they run. */
export const PHASE_NAMES = [
  'audit',
  'schema',
  'copy',
  'indexes',
  'catch-up',
  'verify',
  'approval',
  'cutover',
  'finish',
] as const

/** One phase, by its one word. */
export type PhaseName = (typeof PHASE_NAMES)[number]

/** @returns the phase after `phase`, or null after the last one */
export function phaseAfter(phase: PhaseName): PhaseName | null {
  return PHASE_NAMES[PHASE_NAMES.indexOf(phase) + 1] ?? null
}

/** @returns the phase before `phase`, or null before the first one */
export function phaseBefore(phase: PhaseName): PhaseName | null {
  return PHASE_NAMES[PHASE_NAMES.indexOf(phase) - 1] ?? null
}

/** @returns whether `phase` comes before `other` in the order they run */
export function isBefore(phase: PhaseName, other: PhaseName): boolean {
  return PHASE_NAMES.indexOf(phase) < PHASE_NAMES.indexOf(other)
}
