// The pools of a process: one for each key, and the last few that were used.
'use strict'

const pools_max = 4

/** Opens a store of pools; a pool that is not among the last four is ended. */
function openKeptPools() {
  // The pool that was not used for the longest time comes first.
  const pools = new Map()

  /** The pool of a key, opened where there is none. A pool has `end()`, which resolves when it is closed. */
  return function poolOf(key, open) {
    const pool = pools.get(key) ?? open()
    pools.delete(key)
    pools.set(key, pool)
    if (pools.size > pools_max) {
      const [[oldest, unused]] = pools
      pools.delete(oldest)
      unused.end().catch(() => {})
    }
    return pool
  }
}

module.exports = { openKeptPools }
