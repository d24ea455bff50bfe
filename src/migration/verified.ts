import { z } from 'zod'

/** The fact `verified`: what the last comparison of both sides found equal. Row counts are texts, because JSON has no bigint. */
export const verifiedFact = z.object({
  tables: z.array(
    z.object({
      /** `schema.table`, unquoted. */
      table: z.string(),
      rows: z.string(),
      /** Order-independent hash of the rows as the source had them. */
      hash: z.string(),
    }),
  ),
  /** When the comparison ended, ISO 8601. */
  at: z.string(),
  /** Of each side's schema at that time; a change of it later voids the comparison. */
  sourceFingerprint: z.string(),
  targetFingerprint: z.string(),
})

/** See {@link verifiedFact}. */
export type Verified = z.infer<typeof verifiedFact>
