import { Refusal } from '../contract/refusal.ts'
import { StoreAway } from '../store/store-away.ts'

const retry_after_s = 5

/**
 * The refusal that an error means at every door alike: a refusal itself, or `store_unavailable` while the store cannot be
 * reached (the store says why in the process log). Undefined for any other error.
 */
export function knownRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  return error instanceof StoreAway ? new Refusal('store_unavailable', { retry_after_s }) : undefined
}
