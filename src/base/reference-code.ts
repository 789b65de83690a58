import { randomInt } from 'node:crypto'

// Without letters and digits that are mistaken for each other when they are read aloud or copied.
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** A short code that a page shows and a log event has, so that the event of a failure is found: 8 letters and digits. */
export function newReferenceCode(): string {
  return Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('')
}
