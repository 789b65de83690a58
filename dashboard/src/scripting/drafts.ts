// Changed scripts that are not saved yet. They are kept in this tab over a reload, and then offered back.
import { useSyncExternalStore } from 'react'
import { useSession, useTenant } from '../session/use-session'

/**
 * A changed script. `replaces`: the version that was read when it was begun, null where there was none. `loaded_from`: the template that it
 * was loaded from.
 */
export type Draft<V extends Version> = { source: string; replaces: V | null; changed_at: string; loaded_from?: string }

/** What tells one save of a script from another: its number, or the text itself where saves have none. */
export type Version = number | string

type Named<N extends string, V extends Version> = Partial<Record<N, Draft<V>>>

/** A script as it is saved. */
export type SavedScript<N extends string, V extends Version> = { script: N; source: string | null; version: V | null }

/** The drafts of scripts that are edited together, by their names. */
export type Drafts<N extends string, V extends Version> = {
  drafts: Named<N, V>
  /** Drafts of before a reload that have been neither taken nor discarded. */
  offered: Named<N, V> | undefined
  /** Changes a script; the draft ends where the text is what is saved. */
  change(saved: SavedScript<N, V>, source: string): void
  /** Replaces drafts by the scripts of a template, which are not in use until they are saved. Returns what reverses it. */
  load(saved: readonly SavedScript<N, V>[], sources: Partial<Record<N, string>>, loaded_from: string): () => void
  /** Lets a draft replace the version that is saved now. */
  rebase(script: N, version: V | null): void
  /** Ends drafts: they were saved, or are not wanted. */
  discard(scripts: readonly N[]): void
  takeOffered(): void
  discardOffered(): void
}

type ByName = Record<string, Draft<Version>>
type State = { drafts: ByName; offered: ByName | undefined }

const states = new Map<string, State>()
const listeners = new Set<() => void>()

function readKept(key: string): ByName | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    return typeof kept === 'object' && kept !== null && Object.keys(kept).length > 0 ? (kept as ByName) : undefined
  } catch {
    return undefined
  }
}

function stateOf(key: string): State {
  const known = states.get(key)
  if (known) return known
  const first = { drafts: {}, offered: readKept(key) }
  states.set(key, first)
  return first
}

function change(key: string, next: (state: State) => State): void {
  const state = next(stateOf(key))
  states.set(key, state)
  const kept = { ...state.offered, ...state.drafts }
  try {
    if (Object.keys(kept).length === 0) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(kept))
  } catch {
    // The storage is full or switched off: the drafts last as long as the page.
  }
  for (const listener of listeners) listener()
}

const without = (drafts: ByName, scripts: readonly string[]): ByName =>
  Object.fromEntries(Object.entries(drafts).filter(([script]) => !scripts.includes(script)))

const now = (): string => new Date().toISOString()

/**
 * The drafts of the admin who is signed in, in this tab.
 *
 * @param of what the scripts belong to, such as the id of a connection
 */
export function useDrafts<N extends string, V extends Version>(of: string): Drafts<N, V> {
  const { tenant_id } = useTenant()
  const { user } = useSession()
  const key = `wherry.drafts ${user.user_id} ${tenant_id} ${of}`
  const state = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => stateOf(key),
  )
  return {
    drafts: state.drafts as Named<N, V>,
    offered: state.offered as Named<N, V> | undefined,
    change: (saved, source) =>
      change(key, ({ drafts, offered }) => {
        const { script } = saved
        if (source === (saved.source ?? '')) return { drafts: without(drafts, [script]), offered }
        const { replaces = saved.version, loaded_from } = drafts[script] ?? {}
        const draft = { source, replaces, changed_at: now(), ...(loaded_from === undefined ? {} : { loaded_from }) }
        return { drafts: { ...drafts, [script]: draft }, offered }
      }),
    load: (saved, sources, loaded_from) => {
      const before = stateOf(key).drafts
      change(key, ({ drafts, offered }) => {
        const loaded = saved.flatMap(({ script, source: has, version: replaces }) => {
          const source = sources[script]
          return source === undefined || source === has
            ? []
            : [[script, { source, replaces, changed_at: now(), loaded_from }] as const]
        })
        return { drafts: { ...drafts, ...Object.fromEntries(loaded) }, offered }
      })
      return () => change(key, ({ offered }) => ({ drafts: before, offered }))
    },
    rebase: (script, version) =>
      change(key, ({ drafts, offered }) => {
        const draft = drafts[script]
        return { drafts: draft ? { ...drafts, [script]: { ...draft, replaces: version } } : drafts, offered }
      }),
    discard: (scripts) => change(key, ({ drafts, offered }) => ({ drafts: without(drafts, scripts), offered })),
    takeOffered: () =>
      change(key, ({ drafts, offered }) => ({ drafts: { ...offered, ...drafts }, offered: undefined })),
    discardOffered: () => change(key, ({ drafts }) => ({ drafts, offered: undefined })),
  }
}
