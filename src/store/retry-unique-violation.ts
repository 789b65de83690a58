import { uniqueViolation } from './transaction.ts'

/**
 * Runs a write, and once more if it violates a unique index: another transaction inserted the same row first, and the second run finds
 * it. A write of many rows may meet several others, and is repeated more often.
 */
export async function retryUniqueViolation<T>(write: () => Promise<T>, repeats = 1): Promise<T> {
  for (let repeated = 0; ; repeated += 1) {
    try {
      return await write()
    } catch (error) {
      if (uniqueViolation(error) === undefined || repeated >= repeats) throw error
    }
  }
}
