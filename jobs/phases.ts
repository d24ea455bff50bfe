import type { PhaseName } from '../src/migration/phase-name.ts'
import { approval } from './approval.ts'
import { audit } from './audit.ts'
import { catchUp } from './catch-up.ts'
import { copy } from './copy.ts'
import { cutover } from './cutover.ts'
import { finish } from './finish.ts'
import { indexes } from './indexes.ts'
import type { Phase } from './phase.ts'
import { schema } from './schema.ts'
import { verify } from './verify.ts'

/** Every phase by its name; forgetting one does not compile. */
export const PHASES: Record<PhaseName, Phase> = {
  audit,
  schema,
  copy,
  indexes,
  'catch-up': catchUp,
  verify,
  approval,
  cutover,
  finish,
}
