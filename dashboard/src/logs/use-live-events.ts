import { useEffect, useMemo, useState } from 'react'
import { useRead, useReadPages, type Pages } from '../client/use-client'
import type { LiveState } from '../client/use-live'
import type { LogEvent } from './log-meaning'

const every_ms = 2000
const newest_count = 50

/** Where the server stops counting events: those that a query finds, or all. */
export const totalMax = (q: string | undefined): number => (q === undefined ? 10_000 : 1000)

// With more than these, the list is read anew.
const arrived_max = 500

/** The events of all parts, newest first, each once. */
function merged(...parts: readonly (readonly LogEvent[])[]): LogEvent[] {
  const by_id = new Map(parts.flat().map((event) => [event.log_id, event]))
  return [...by_id.values()].toSorted((one, other) => (one.log_id < other.log_id ? 1 : -1))
}

/** The list of events while new ones arrive. */
export type LiveEvents = {
  pages: Pages<LogEvent>
  /** Of the requests for new events. */
  state: LiveState
  /** New events that are not shown, because the admin has scrolled down. */
  waiting: number
  /** Whether more than `waiting` have come. */
  is_more_waiting: boolean
  /** To be called while the list scrolls. */
  onScroll: (is_at_top: boolean) => void
}

/**
 * Reads events page by page and, with `live`, the newest of them every 2 s. While the admin has scrolled down, the list keeps what it shows:
 * new events wait until its top is in view again.
 */
export function useLiveEvents(q: string | undefined, live: boolean): LiveEvents {
  const input = q === undefined ? {} : { q }
  const pages = useReadPages('listLogs', input)
  const newest = useRead('listLogs', { ...input, per_page: newest_count }, { enabled: live, every_ms })
  const [arrived, setArrived] = useState<readonly LogEvent[]>([])
  const [has_gap, setHasGap] = useState(false)
  // The newest event that is shown while the admin has scrolled down.
  const [held_at, setHeldAt] = useState<string>()

  const all = useMemo(() => merged(pages.items, arrived), [pages.items.length, pages.items[0]?.log_id, arrived])
  const in_pages = new Set(pages.items.map(({ log_id }) => log_id)).size
  const total = pages.total === undefined ? undefined : Math.min(totalMax(q), pages.total + all.length - in_pages)
  const shown = held_at === undefined ? all : all.filter(({ log_id }) => log_id <= held_at)

  useEffect(() => {
    if (!Array.isArray(newest.data) || pages.is_pending) return
    const known = new Set(all.map(({ log_id }) => log_id))
    const fresh = newest.data.filter(({ log_id }) => !known.has(log_id))
    if (fresh.length === 0) return
    setArrived((before) => merged(before, fresh))
    // Without an event that was known, others may lie between.
    if (fresh.length === newest_count || arrived.length + fresh.length > arrived_max) setHasGap(true)
  }, [newest.data, pages.is_pending])

  useEffect(() => {
    if (!has_gap || held_at !== undefined) return
    setHasGap(false)
    setArrived([])
    pages.retry()
  }, [has_gap, held_at])

  const since = newest.dataUpdatedAt === 0 ? new Date() : new Date(newest.dataUpdatedAt)
  const state: LiveState = newest.error
    ? { status: 'lost', since, error: newest.error }
    : { status: newest.data ? 'live' : 'connecting' }
  return {
    pages: { ...pages, items: shown, total },
    state,
    waiting: all.length - shown.length,
    is_more_waiting: has_gap,
    onScroll: (is_at_top) => setHeldAt((before) => (is_at_top ? undefined : (before ?? all[0]?.log_id))),
  }
}
