// Inspects a database as the connect assistant does, without a server around it.
import { inspectStore } from '../../src/connections/assistant/inspect-store.ts'
import type { Inspection } from '../../src/contract/assistant.ts'
import { default_limits } from '../../src/sandbox/limits.ts'
import { startScriptRuntime } from '../../src/sandbox/script-runtime.ts'

/** What a test may give beside the address. */
export type InspectOptions = {
  settings?: Record<string, string>
  configuration?: Record<string, string>
  known_user?: { identifier: string; password: string }
}

/** Starts a script runtime; `inspect` answers an inspection of the database of an address. */
export function startInspecting() {
  const scripts = startScriptRuntime({ onLog: () => {}, reserved: () => [], hardened: 'off' })
  return {
    async inspect(url: string, { settings = {}, configuration = {}, known_user }: InspectOptions = {}) {
      const { inspection, identifiers } = await inspectStore(
        { scripts, script_limits: default_limits },
        {
          tenant_id: 'tenant',
          name: 'legacy',
          id_namespace: 'legacy',
          configuration: { DATABASE_URL: url, ...configuration },
          egress: { mode: 'allow_list', allow: [new URL(url).host], private_networks: true },
          settings,
          known_user,
        },
      )
      return { ...inspection, identifiers }
    },
    close: () => scripts.close(),
  }
}

/** The counts of an inspection that are not 0, by name. */
export function countsOf({ counts }: Pick<Inspection, 'counts'>): Record<string, number | null> {
  return Object.fromEntries(counts.filter(({ value }) => value !== 0).map(({ count, value }) => [count, value]))
}

/** The columns of an inspection by what they are for. */
export function columnsOf({ columns }: Pick<Inspection, 'columns'>): Record<string, string> {
  return Object.fromEntries(columns.map(({ role, column }) => [role, column]))
}
