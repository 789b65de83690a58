import { LRUCache } from 'lru-cache'
import { script_endings, type ExitCause } from './sandbox-process.ts'
import type { UnitKey } from './unit-key.ts'

/** What the processes of a unit used and did in a period. */
export type UsageCounts = {
  /** Processor time, from samples: that of a process after its last sample is missing. */
  cpu_ms: number
  /** The largest resident memory of one process. */
  peak_memory_bytes: number
  calls: number
  /** Calls that did not start at once: they waited for a process or for others to end. */
  calls_waited: number
  /** Processes that were started. */
  started: number
  /** Those of them that replaced a process which scripts had ended. */
  restarted: number
  /** Processes that ended, by why. */
  ended: Record<string, number>
}

/** The usage of the unit of a tenant, all versions together. */
export type UnitUsage = {
  tenant_id: string
  unit_id: string
  /** Its processes now. */
  processes: number
  since_start: UsageCounts
  last_hour: UsageCounts
}

/** Accounts of processor time, memory, calls and processes, by unit. */
export type UsageAccounts = {
  onCall(unit: UnitKey): void
  onWait(unit: UnitKey): void
  onStart(unit: UnitKey): void
  onExit(unit: UnitKey, cause: ExitCause): void
  onSample(unit: UnitKey, sample: { cpu_ms: number; rss_bytes: number }): void
  /** The accounts, the largest processor time of the last hour first. */
  list(): Omit<UnitUsage, 'processes'>[]
}

const minute_ms = 60_000
const minutes_kept = 60
const accounts_max = 1000

type Account = {
  tenant_id: string
  unit_id: string
  total: UsageCounts
  /** By minute, oldest first. */
  minutes: Map<number, UsageCounts>
  ended_by_script: boolean
}

const noUsage = (): UsageCounts => ({
  cpu_ms: 0,
  peak_memory_bytes: 0,
  calls: 0,
  calls_waited: 0,
  started: 0,
  restarted: 0,
  ended: {},
})

/** The usage of several periods or units. */
export function addUsage(all: Iterable<UsageCounts>): UsageCounts {
  const sum = noUsage()
  for (const counts of all) {
    for (const name of ['cpu_ms', 'calls', 'calls_waited', 'started', 'restarted'] as const) sum[name] += counts[name]
    sum.peak_memory_bytes = Math.max(sum.peak_memory_bytes, counts.peak_memory_bytes)
    for (const [why, count] of Object.entries(counts.ended)) sum.ended[why] = (sum.ended[why] ?? 0) + count
  }
  return sum
}

/** Why a process ended, in few words: the server itself stops one for one of a few reasons. */
const whyEnded = ({ kind, reason }: ExitCause): string => (kind === 'stopped' ? `stopped: ${reason}` : kind)

/**
 * Opens the accounts. The thousand units used last have one.
 *
 * @param now epoch milliseconds
 */
export function openUsageAccounts(now: () => number = Date.now): UsageAccounts {
  const accounts = new LRUCache<string, Account>({ max: accounts_max })

  function accountOf({ tenant_id, unit_id }: UnitKey): Account {
    const key = JSON.stringify([tenant_id, unit_id])
    const known = accounts.get(key)
    if (known) return known
    const account: Account = { tenant_id, unit_id, total: noUsage(), minutes: new Map(), ended_by_script: false }
    accounts.set(key, account)
    return account
  }

  function forgetOld({ minutes }: Account): void {
    const oldest = Math.floor(now() / minute_ms) - minutes_kept
    for (const minute of minutes.keys()) if (minute <= oldest) minutes.delete(minute)
  }

  function change(account: Account, add: (counts: UsageCounts) => void): void {
    const minute = Math.floor(now() / minute_ms)
    let counts = account.minutes.get(minute)
    if (!counts) {
      forgetOld(account)
      counts = noUsage()
      account.minutes.set(minute, counts)
    }
    add(account.total)
    add(counts)
  }

  return {
    onCall: (unit) => change(accountOf(unit), (counts) => (counts.calls += 1)),
    onWait: (unit) => change(accountOf(unit), (counts) => (counts.calls_waited += 1)),
    onStart(unit) {
      const account = accountOf(unit)
      const by = account.ended_by_script ? 1 : 0
      account.ended_by_script = false
      change(account, (counts) => {
        counts.started += 1
        counts.restarted += by
      })
    },
    onExit(unit, cause) {
      const account = accountOf(unit)
      account.ended_by_script = script_endings.has(cause.kind)
      const why = whyEnded(cause)
      change(account, ({ ended }) => (ended[why] = (ended[why] ?? 0) + 1))
    },
    onSample(unit, { cpu_ms, rss_bytes }) {
      change(accountOf(unit), (counts) => {
        counts.cpu_ms += cpu_ms
        counts.peak_memory_bytes = Math.max(counts.peak_memory_bytes, rss_bytes)
      })
    },
    list() {
      const listed = [...accounts.values()].map((account) => {
        forgetOld(account)
        const { tenant_id, unit_id, total, minutes } = account
        return { tenant_id, unit_id, since_start: addUsage([total]), last_hour: addUsage(minutes.values()) }
      })
      return listed.toSorted((a, b) => b.last_hour.cpu_ms - a.last_hour.cpu_ms)
    },
  }
}
