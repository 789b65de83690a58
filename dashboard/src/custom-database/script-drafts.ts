// The changed scripts of a connection that are not saved yet. They are kept in this tab over a reload, and then offered back.
import { useSyncExternalStore } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useSession, useTenant } from '../session/use-session'

/**
 * A changed script. `replaces`: the version that was read when it was begun, null where there was none. `loaded_from`: the template that it
 * was loaded from.
 */
export type ScriptDraft = { source: string; replaces: number | null; changed_at: string; loaded_from?: string }

/** Drafts by script. */
export type Drafts = Partial<Record<ScriptName, ScriptDraft>>

/** A script as it is saved. */
export type SavedScript = { script: ScriptName; source: string | null; version: number | null }

/** The drafts of a connection. */
export type ScriptDrafts = {
  drafts: Drafts
  /** Drafts of before a reload that have been neither taken nor discarded. */
  offered: Drafts | undefined
  /** Changes a script; the draft ends where the text is what is saved. */
  change(saved: SavedScript, source: string): void
  /** Replaces drafts by the scripts of a template, which are not in use until they are saved. Returns what reverses it. */
  load(saved: readonly SavedScript[], sources: Partial<Record<ScriptName, string>>, loaded_from: string): () => void
  /** Lets a draft replace the version that is saved now. */
  rebase(script: ScriptName, version: number | null): void
  /** Ends drafts: they were saved, or are not wanted. */
  discard(scripts: readonly ScriptName[]): void
  takeOffered(): void
  discardOffered(): void
}

type State = { drafts: Drafts; offered: Drafts | undefined }

const states = new Map<string, State>()
const listeners = new Set<() => void>()

function readKept(key: string): Drafts | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(key) ?? 'null')
    return typeof kept === 'object' && kept !== null && Object.keys(kept).length > 0 ? kept : undefined
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

const without = (drafts: Drafts, scripts: readonly ScriptName[]): Drafts =>
  Object.fromEntries(Object.entries(drafts).filter(([script]) => !scripts.includes(script as ScriptName)))

const now = (): string => new Date().toISOString()

/** The drafts of a connection's scripts: of the admin who is signed in, in this tab. */
export function useScriptDrafts(connection_id: string): ScriptDrafts {
  const { tenant_id } = useTenant()
  const { user } = useSession()
  const key = `wherry.drafts ${user.user_id} ${tenant_id} ${connection_id}`
  const state = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => stateOf(key),
  )
  return {
    ...state,
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
