import { uniqueViolation } from './transaction.ts'

/** Runs a write, and once more if it violates a unique index: another transaction inserted the same row first, and the second run finds it. */
export async function retryUniqueViolation<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (uniqueViolation(error) === undefined) throw error
    return await write()
  }
}
