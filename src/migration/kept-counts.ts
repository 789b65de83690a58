import { setTimeout } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../base/clock.ts'
import { defined } from '../base/defined.ts'
import { migrationStates, type MigrationState } from '../contract/outcomes.ts'
import { readCounters } from '../store/connection-counters.ts'
import type { Searches, Snapshots } from '../store/searches.ts'
import type { Db } from '../store/tables.ts'
import { lastLoad } from './directory/directory-summary.ts'
import type { ConnectionKey } from './find-records.ts'
import { finishOf } from './finish/finish.ts'

/** A count and when it began, in epoch milliseconds. */
export type Count<T> = { counted_at: number; value: T }

/** The last count of a connection, if there is one; whether one runs now; and why the last one failed. */
export type LastCount<T> = { last?: Count<T>; is_counting: boolean; error?: string }

/** Counts that visit all records of a connection. */
export type KeptCounts<T> = {
  /**
   * The count of a connection. One that takes at most 100 ms is made for each call. A longer one is kept: calls answer it until it is ten
   * times as old as it took, then they begin the next and answer the last one meanwhile. At most one count of a connection runs at a time.
   * A count of before a load of the directory or a step of the finish is not answered, and neither is one since which more than one person
   * of a hundred has changed the state, as in an import: people are being counted then, until the next count.
   */
  read(of: ConnectionKey): Promise<LastCount<T>>
  /** Ends the counts that run. */
  close(): Promise<void>
}

type States = Record<MigrationState, number>

type Entry<T> = {
  basis: string
  /** The last count, and the people by state when it began. */
  last?: Count<T> & { states: States }
  error?: string
  ended_at: number
  fresh_ms: number
  counting?: { started: number; result: Promise<LastCount<T>> }
}

const longest_wait_ms = 100
// So that counts take a tenth of the time at most, however often they are asked for.
const fresh_per_duration = 10
const connections_max = 200
// Of all people of a connection.
const changed_max = 0.01

/** What all counts of a connection change with as a whole: the last load of its directory, and its finish. */
async function basisOf(db: Db, of: ConnectionKey): Promise<string> {
  const finish = await finishOf(db, of)
  const load = await lastLoad(db, of)
  return JSON.stringify([load?.load_id, load?.applied_at, finish?.step, finish?.state, finish?.step_started_at])
}

async function statesOf(db: Db, { tenant_id, connection_id }: ConnectionKey): Promise<States> {
  const counters = await readCounters(db, tenant_id, connection_id)
  return Object.fromEntries(migrationStates.map((state) => [state, counters[`state:${state}`] ?? 0])) as States
}

/** Whether so many people have changed their state, or are new, that numbers of before would contradict those of now. */
function haveManyChanged(before: States, now: States): boolean {
  const people = Object.values(now).reduce((sum, count) => sum + count, 0)
  // One who has changed is missing in one state and new in another.
  const changed = Math.max(
    ...[1, -1].map((sign) =>
      migrationStates.reduce((sum, state) => sum + Math.max(0, sign * (now[state] - before[state])), 0),
    ),
  )
  return changed > people * changed_max
}

/**
 * Creates the counts of one kind, in the memory of this process.
 *
 * @param count counts at a time in epoch milliseconds, by searches that see the store at one moment and are refused after `close`
 * @param wait_ms how long a call waits, and a count that is not kept may take
 */
export function createKeptCounts<T>(
  { db, searches, clock }: { db: Db; searches: Snapshots; clock: Clock },
  count: (searches: Pick<Searches, 'run'>, of: ConnectionKey, now: number) => Promise<T>,
  wait_ms = longest_wait_ms,
): KeptCounts<T> {
  const entries = new LRUCache<string, Entry<T>>({ max: connections_max })
  const running = new Set<Promise<unknown>>()
  let is_closed = false
  const untilClosed = ({ run }: Pick<Searches, 'run'>): Pick<Searches, 'run'> => ({
    run: async (tenant_id, read) => {
      if (is_closed) throw new Error('The server stops.')
      return await run(tenant_id, read)
    },
  })

  /** Counts, and keeps what took long. Returns the answer of those who waited for it. */
  async function countNow(
    key: string,
    entry: Entry<T>,
    of: ConnectionKey,
    { started, states }: { started: number; states: States },
  ): Promise<LastCount<T>> {
    const counted_at = clock.now()
    try {
      const value = await searches.atOneMoment(of.tenant_id, (runs) => count(untilClosed(runs), of, counted_at))
      entry.last = { counted_at, value, states }
      delete entry.error
    } catch (error) {
      entry.error = error instanceof Error ? error.message : String(error)
    }
    const duration_ms = performance.now() - started
    entry.ended_at = clock.now()
    entry.fresh_ms = duration_ms * fresh_per_duration
    delete entry.counting
    if (duration_ms <= wait_ms && entries.peek(key) === entry) entries.delete(key)
    return answerOf(entry, false)
  }

  function begin(key: string, entry: Entry<T>, of: ConnectionKey, states: States): Entry<T>['counting'] {
    const started = performance.now()
    const result = countNow(key, entry, of, { started, states })
    running.add(result)
    void result.finally(() => running.delete(result))
    return (entry.counting = { started, result })
  }

  /** The result of a count that ends soon after its beginning. */
  async function endOf({ started, result }: NonNullable<Entry<T>['counting']>): Promise<LastCount<T> | undefined> {
    const left_ms = started + wait_ms - performance.now()
    if (left_ms <= 0) return undefined
    return await Promise.race([result, setTimeout(left_ms, undefined, { ref: false })])
  }

  const answerOf = ({ last, error }: Entry<T>, is_counting: boolean): LastCount<T> => ({
    is_counting,
    ...defined({ last: last && { counted_at: last.counted_at, value: last.value }, error }),
  })

  const isOld = ({ ended_at, fresh_ms }: Entry<T>): boolean => {
    const age_ms = clock.now() - ended_at
    // The clock may have been set back.
    return age_ms < 0 || age_ms >= fresh_ms
  }

  return {
    async read({ tenant_id, connection_id }) {
      const of = { tenant_id, connection_id }
      const key = JSON.stringify([tenant_id, connection_id])
      const basis = await basisOf(db, of)
      const states = await statesOf(db, of)
      let entry = entries.get(key)
      // What runs now is of before, too: the next count follows it.
      if (entry && entry.basis !== basis && entry.counting) return { is_counting: true }
      if (!entry || entry.basis !== basis) {
        entry = { basis, ended_at: -Infinity, fresh_ms: 0 }
        entries.set(key, entry)
      }
      const counting = entry.counting ?? (isOld(entry) ? begin(key, entry, of, states) : undefined)
      const soon = counting && (await endOf(counting))
      if (soon) return soon
      const { last, ...rest } = answerOf(entry, counting !== undefined)
      const is_void = entry.last !== undefined && haveManyChanged(entry.last.states, states)
      return is_void ? { ...rest, is_counting: true } : { ...rest, ...defined({ last }) }
    },
    async close() {
      is_closed = true
      await Promise.all(running)
    },
  }
}
