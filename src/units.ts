/** One second in milliseconds. */
export const SECOND_MS = 1000
/** One minute in milliseconds. */
export const MINUTE_MS = 60 * SECOND_MS
/** One hour in milliseconds. */
export const HOUR_MS = 60 * MINUTE_MS
/** One mebibyte in bytes. */
export const MIB_BYTES = 1024 * 1024
