import type { RehearsalOutcome } from '../../contract/rehearsal.ts'
import type { ProfileChanges } from '../profile-changes.ts'
import { describeChanges } from '../profile-changes.ts'

type Counts = Record<string, number>

/** The counts of a rehearsal so far. */
export type RehearsalCounts = {
  rehearsed: number
  outcomes: Partial<Record<RehearsalOutcome, number>>
  refused_fields: Counts
  dropped: Counts
  cut: Counts
  converted: Counts
  hash_forms: Counts
  calls: number
  /** Calls by duration: the number of the bound that they ended within. */
  durations: Counts
  max_ms: number
  /** How long calls were made, from the first to the end of the last, and how long the rehearsal waited while the circuit was open. */
  active_ms: number
  paused_ms: number
  /** Users with another outcome than before: `before > now`. */
  changes: Counts
}

/** The counts before the first user. */
export const no_counts: RehearsalCounts = {
  rehearsed: 0,
  outcomes: {},
  refused_fields: {},
  dropped: {},
  cut: {},
  converted: {},
  hash_forms: {},
  calls: 0,
  durations: {},
  max_ms: 0,
  active_ms: 0,
  paused_ms: 0,
  changes: {},
}

/** What a rehearsal found out about one user. */
export type RehearsedUser = {
  outcome: RehearsalOutcome
  /** What goes into the record beside the outcome: no values of the profile. */
  detail: { field?: string; message?: string; with?: string[] } | undefined
  changes: ProfileChanges | undefined
  hash_form: string | null
}

// A profile may have members with names of its own, such as ids: beyond so many names they are counted together.
const names_max = 200
const other_names = '(others)'

function increment(counts: Counts, name: string): void {
  const key = counts[name] === undefined && Object.keys(counts).length >= names_max ? other_names : name
  counts[key] = (counts[key] ?? 0) + 1
}

// Each bound is 10 % above the one before.
const step = 1.1
const boundOf = (duration_ms: number): number =>
  Math.max(0, Math.ceil(Math.log(Math.max(1, duration_ms)) / Math.log(step)))

/** Adds the duration of a call. */
export function countCall(counts: RehearsalCounts, duration_ms: number): void {
  counts.calls += 1
  counts.max_ms = Math.max(counts.max_ms, duration_ms)
  increment(counts.durations, String(boundOf(duration_ms)))
}

/** The duration in milliseconds within which a share of the calls ended, at most 10 % too long; undefined without a call. */
export function durationOf({ durations, calls, max_ms }: RehearsalCounts, share: number): number | undefined {
  let left = calls * share
  for (const bound of Object.keys(durations)
    .map(Number)
    .toSorted((one, other) => one - other)) {
    left -= durations[bound] ?? 0
    if (left <= 0) return Math.min(max_ms, Math.round(step ** bound))
  }
  return undefined
}

/** Adds a rehearsed user. `before`: the outcome of the rehearsal before, or null. */
export function countUser(counts: RehearsalCounts, user: RehearsedUser, before: string | null): void {
  const { outcome, detail, changes, hash_form } = user
  counts.rehearsed += 1
  counts.outcomes[outcome] = (counts.outcomes[outcome] ?? 0) + 1
  if (outcome === 'profile_refused') increment(counts.refused_fields, detail?.field ?? 'profile')
  const paths = changes && describeChanges(changes)
  for (const kind of ['dropped', 'cut', 'converted'] as const) {
    for (const path of paths?.[kind] ?? []) increment(counts[kind], path)
  }
  increment(counts.hash_forms, hash_form ?? 'none')
  if (before !== null && before !== outcome) increment(counts.changes, `${before} > ${outcome}`)
}
