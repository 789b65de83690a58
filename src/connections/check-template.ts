import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { suggestName } from '../base/suggest-name.ts'
import type { ScriptFailure } from '../contract/outcomes.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import { readScriptResult } from './action-script-result.ts'
import { configurationSecrets } from './configuration-secrets.ts'
import { secretMask } from './secret-mask.ts'
import type { GeneratedTemplate, ScriptTemplate } from './script-templates.ts'

/**
 * The findings about a template's settings: names, types, forms and counts, never a value of the legacy store. `outage`: the problem
 * is an outage, of the legacy store or of the sandbox, and says nothing of the settings.
 */
export type TemplateCheck = { findings: string[]; problems: string[]; outage?: ScriptFailure }

/** The dependencies of checking the settings of a template. */
export type CheckTemplateDeps = {
  scripts: Pick<ScriptRuntime, 'run' | 'discard'>
  script_limits: ScriptLimits
  mayReachPrivateNetworks: PrivateNetworks
}

// An address that no legacy store has (RFC 2606).
const unknown_address = 'unknown@wherry.invalid'
const listed_max = 30

let checks = 0

const textOf = (value: JsonValue | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''
const textsOf = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

function meantBy(name: string, known: string[]): string {
  const meant = suggestName(name, known)
  if (meant !== undefined) return ` (did you mean ${meant}?)`
  const shown = known.slice(0, listed_max).join(', ')
  return known.length === 0 ? '' : `; there are: ${shown}${known.length > listed_max ? ', …' : ''}`
}

function missingColumns({ settings }: ScriptTemplate, answers: Record<string, string>, found: JsonObject): string[] {
  const columns = Array.isArray(found.columns) ? found.columns.filter(isJsonObject) : []
  const names = columns.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  const form = (name: string): string => (found.ignores_case === true ? name.toLowerCase() : name)
  return settings
    .filter(({ kind }) => kind === 'column')
    .flatMap(({ key }) => {
      const name = answers[key] ?? ''
      if (name === '' || names.some((each) => form(each) === form(name))) return []
      return [`${key}: the table has no column ${name}${meantBy(name, names)}`]
    })
}

/** The columns that a generated script fills in a new row. */
function insertedColumns(script: string): Set<string> {
  const [, list = ''] = /INSERT INTO [^(]*\(([^)]*)\)/.exec(script) ?? []
  return new Set(list.split(',').map((name) => name.trim().replace(/^[\\`"[]+|[\\`"\]]+$/g, '')))
}

/** Warnings of columns that need a value which `create` does not give, in legacy mode. */
function requiredColumns({ scripts, options }: GeneratedTemplate, found: JsonObject): string[] {
  const { create } = scripts
  if (options.import_mode || create === undefined) return []
  const inserted = insertedColumns(create)
  const columns = Array.isArray(found.columns) ? found.columns.filter(isJsonObject) : []
  return columns
    .filter(({ name, needs_value }) => needs_value === true && typeof name === 'string' && !inserted.has(name))
    .slice(0, listed_max)
    .map(
      ({ name }) =>
        `Warning: sign-up will fail: the column ${textOf(name)} is NOT NULL without a default, and the script create does not fill it. Give the column a default, name it in a setting, or add it to create.`,
    )
}

function doubledAddresses({ doubled }: JsonObject): string[] {
  if (typeof doubled !== 'number' || !(doubled > 0)) return []
  return [
    `Warning: ${doubled} e-mail address${doubled === 1 ? ' belongs' : 'es belong'} to several rows, in the same or another letter case: one user of each can move. Load the directory and decide who, or change the rows.`,
  ]
}

function findingsOf(found: JsonObject): string[] {
  const columns = Array.isArray(found.columns) ? found.columns.filter(isJsonObject) : []
  const shown = columns.map(({ name, type }) => `${textOf(name)} (${textOf(type)})`).slice(0, 2 * listed_max)
  const forms = Object.entries(isJsonObject(found.forms) ? found.forms : {}).flatMap(([key, counts]) => {
    const listed = Object.entries(isJsonObject(counts) ? counts : {}).map(
      ([form, count]) => `${form}: ${textOf(count)}`,
    )
    return listed.length === 0 ? [] : [`${key}, in ${textOf(found.sampled)} rows: ${listed.join(', ')}`]
  })
  return [
    typeof found.rows === 'number' ? `Rows: ${found.rows}` : 'Rows: too many to count within 4 s',
    `Columns: ${shown.join(', ')}`,
    ...forms,
    ...doubledAddresses(found),
  ]
}

function readCheck(template: ScriptTemplate, generated: GeneratedTemplate, value: JsonValue): TemplateCheck {
  const { check, answers } = generated
  if (check === undefined) return { findings: ['The legacy store answers.'], problems: [] }
  if (!isJsonObject(value)) return { findings: [], problems: ['The check has no result.'] }
  if (value.tables !== undefined) {
    const table = answers['TABLE'] ?? ''
    return { findings: [], problems: [`TABLE: there is no table ${table}${meantBy(table, textsOf(value.tables))}`] }
  }
  const findings = [...findingsOf(value), ...requiredColumns(generated, value)]
  return { findings, problems: missingColumns(template, answers, value) }
}

/**
 * Checks the settings of a template against the legacy store, read-only, in the sandbox and under the egress rules of the connection:
 * connects, reads a sample of rows, and compares the names of columns. Other stores are asked for a user that does not exist.
 */
export async function checkTemplate(
  deps: CheckTemplateDeps,
  tenant_id: string,
  template: ScriptTemplate,
  generated: GeneratedTemplate,
): Promise<TemplateCheck> {
  // There is no store to connect to yet.
  if (template.settings.length === 0) return { findings: ['The template has no settings to check.'], problems: [] }
  const { check, answers, options } = generated
  checks += 1
  const unit = { tenant_id, unit_id: `template ${template.id}`, version: -checks }
  const source = check ?? generated.scripts.get_user ?? ''
  const mask = secretMask(configurationSecrets(options.configuration), source)
  try {
    const result = readScriptResult(
      await deps.scripts.run({
        unit,
        script: check === undefined ? 'get_user' : 'check',
        source,
        args: check === undefined ? [unknown_address] : [],
        configuration: check === undefined ? options.configuration : answers,
        egress: { ...options.egress, private_networks: await deps.mayReachPrivateNetworks(tenant_id) },
        limits: deps.script_limits,
        onLog: () => undefined,
        retry: true,
      }),
    )
    if (result.kind === 'value') return readCheck(template, generated, result.value)
    if (result.kind === 'refused' && check === undefined) return readCheck(template, generated, null)
    const is_outage = result.kind === 'failed' && result.outcome !== 'script_error'
    return { findings: [], problems: [mask(result.message)], ...(is_outage ? { outage: result.outcome } : {}) }
  } finally {
    deps.scripts.discard(unit)
  }
}
