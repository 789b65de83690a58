import { Refusal } from '../contract/refusal.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'

const retry_after_s = 5

/** The refusal of a request while the store cannot be reached, read or written. */
export const storeUnavailable = (): Refusal => new Refusal('store_unavailable', { retry_after_s })

/**
 * The refusal that every endpoint answers for an error: the error itself if it is one, or `store_unavailable` while the store cannot be
 * reached. Undefined for any other error.
 */
export function knownRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  return error instanceof StoreUnavailable ? storeUnavailable() : undefined
}
