// The table of brute-force protection.

/**
 * Failed logins, counted for brute-force protection. `subject` is the key: a digest of an address, or of an identifier or a legacy user and
 * an address.
 */
export type BruteForceCountersTable = {
  tenant_id: string
  subject: string
  /** JSON: the address and the identifier in the clear, so that a block can be shown and lifted. */
  description: string
  /** Digest of the canonical identifier or of the legacy user, for all its counters; null where an address alone is counted. */
  identifier_digest: string | null
  failures: number
  failure_limit: number
  /** Running attempts that may still fail, by the slot of time in which they began: `reservation_slot`, and the one before it. */
  reserved: number
  reserved_earlier: number
  reservation_slot: number
  started_at: number
  expires_at: number
}
