// Tables of actions.
import type { Flag } from './flag.ts'

/** The members that an action and each of its versions have. */
type ActionSource = {
  /** Sealed, bound to the action. */
  code_sealed: string
  /** JSON: array of `{name, version}`. */
  dependencies: string
  /** JSON: by name, the sealed value and when it was set. */
  secrets: string
  runtime: string
}

/** Actions: scripts of a trigger, as they are edited. */
export type ActionsTable = ActionSource & {
  tenant_id: string
  action_id: string
  name: string
  trigger_id: string
  trigger_version: string
  /** The version that runs; null before the first deployment. */
  deployed_version_id: string | null
  /** Whether the deployed version is another one than the edited action. */
  is_changed: Flag
  created_at: number
  updated_at: number
}

/** Versions of actions: what was deployed, unchanged. */
export type ActionVersionsTable = ActionSource & {
  tenant_id: string
  version_id: string
  action_id: string
  /** From 1. */
  version_number: number
  created_at: number
}

/** Bindings: the actions that a trigger runs, in order. */
export type ActionBindingsTable = {
  tenant_id: string
  binding_id: string
  trigger_id: string
  action_id: string
  display_name: string
  sort_order: number
  created_at: number
  updated_at: number
}
