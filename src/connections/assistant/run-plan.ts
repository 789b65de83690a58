/**
 * The connect assistant: inspects a legacy store, read-only, and proposes a template for it. The statements and the decisions are here; in
 * the sandbox `script-templates/parts/inspect.js` runs the statements, and reduces rows to names, numbers and forms. This folder knows
 * no users: it stores nothing, and what it answers contains no value of a row.
 */
import { readFile } from 'node:fs/promises'
import { isJsonObject, type JsonObject, type JsonValue } from '../../base/json.ts'
import type { EgressPolicy } from '../../sandbox/egress-types.ts'
import type { ScriptLimits } from '../../sandbox/limits.ts'
import type { ScriptRuntime } from '../../sandbox/script-runtime.ts'
import { readScriptResult } from '../action-script-result.ts'
import { configurationSecrets } from '../configuration-secrets.ts'
import { secretMask } from '../secret-mask.ts'

/** The bounds of an inspection. */
export const inspection_bounds = {
  /** Of one statement, in the database. */
  statement_ms: 10_000,
  /** Of the statements of one plan, and of all; a statement that could end later is not run. */
  plan_ms: 40_000,
  inspection_ms: 60_000,
  /** Rows of a table from which the forms of its columns are read. */
  form_rows: 200,
  /** Tables whose columns are sampled. */
  sampled_tables: 6,
  sampled_columns: 60,
  /** Stored hashes that are read: so many from either end of the ids. */
  hash_rows: 2_000,
  /** Identifiers with characters outside of ASCII that are compared. */
  spelling_rows: 20_000,
  /** Identifiers that are compared where the engine has no regular expressions. */
  compared_rows: 100_000,
  /** Users whom `get_user` is tried with. */
  tried_users: 3,
  memory_bytes: 256 * 1024 * 1024,
  result_bytes: 4 * 1024 * 1024,
} as const

/** How the rows of a statement are reduced, see `script-templates/parts/inspect.js`. */
export type StepKind = 'names' | 'numbers' | 'flags' | 'forms' | 'hashes' | 'spellings' | 'identifiers'

/** A statement of a plan. `sql` has `?` for its values. */
export type Step = { name: string; as: StepKind; sql: string; values?: JsonValue[] } & JsonObject

/** What a statement found, or why it failed: a code, never a message. */
export type StepResult = { found: JsonValue } | { failed: string }

/** The results of the steps of a plan, by name. Each was answered in the sandbox, so that a reader checks its shape. */
export type PlanResults = ReadonlyMap<string, StepResult>

/** The legacy store to inspect. */
export type InspectedStore = {
  tenant_id: string
  configuration: Record<string, string>
  egress: EgressPolicy
}

/** The dependencies of running plans. */
export type RunPlanDeps = { scripts: Pick<ScriptRuntime, 'run' | 'discard'>; script_limits: ScriptLimits }

/** The legacy store cannot be inspected. The message contains no value of a row and no secret. */
export class InspectionFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InspectionFailed'
  }
}

const file = new URL('../../../script-templates/parts/inspect.js', import.meta.url)
const code_form = /^\w{1,40}$/

let inspections = 0

function readResult(result: JsonValue | undefined): StepResult {
  if (!isJsonObject(result)) return { failed: 'unknown' }
  const { found, failed } = result
  if (found !== undefined) return { found }
  return { failed: typeof failed === 'string' && code_form.test(failed) ? failed : 'unknown' }
}

/**
 * Opens an inspection of a legacy store: a sandbox process of its own, under the egress rules of the connection. `run` runs the statements
 * of a plan on one connection to the database, in a transaction that cannot write. Nothing is written to the script log, and nothing
 * of its console is kept.
 *
 * @returns `end` ends the process
 * @throws {InspectionFailed} from `run`, where the legacy store cannot be reached or refuses the connection
 */
export async function openInspection(deps: RunPlanDeps, store: InspectedStore) {
  const source = await readFile(file, 'utf8')
  const mask = secretMask(configurationSecrets(store.configuration), source)
  inspections += 1
  const unit = { tenant_id: store.tenant_id, unit_id: 'inspect', version: -inspections }
  const { statement_ms, plan_ms, inspection_ms, memory_bytes, result_bytes } = inspection_bounds
  const started = performance.now()
  let has_connected = false
  return {
    async run(steps: Step[]): Promise<PlanResults> {
      const left_ms = Math.round(started + inspection_ms - performance.now())
      const end_ms = Math.max(statement_ms, Math.min(plan_ms, left_ms))
      const result = readScriptResult(
        await deps.scripts.run({
          unit,
          script: 'inspect',
          source,
          args: [{ steps, statement_ms, end_ms }],
          configuration: store.configuration,
          egress: store.egress,
          limits: {
            ...deps.script_limits,
            deadline_ms: end_ms + statement_ms,
            memory_bytes: Math.max(deps.script_limits.memory_bytes, memory_bytes),
            result_bytes,
          },
          onLog: () => undefined,
          retry: true,
        }),
      )
      if (result.kind === 'value') {
        has_connected = true
        const answered = isJsonObject(result.value) ? result.value : {}
        return new Map(steps.map(({ name }) => [name, readResult(answered[name])]))
      }
      // Once rows were read, a message may quote one.
      const reason = has_connected ? `The inspection ended with ${result.outcome}.` : mask(result.message)
      throw new InspectionFailed(reason)
    },
    end: () => deps.scripts.discard(unit),
  }
}
