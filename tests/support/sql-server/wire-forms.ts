/** What the reader and the writer of messages share. */

/** The days from the first day of year 1 to 1970, from which newer types count. */
export const days_to_1970 = 719_162

/** The days from 1900, from which `datetime` counts, to 1970. */
export const days_1900_to_1970 = 25_567

/** A day in milliseconds. */
export const ms_per_day = 86_400_000

/** The places of the bytes of a uniqueidentifier in its text. */
export const guid_bytes = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
