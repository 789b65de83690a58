import { isJsonObject, type JsonObject, type JsonValue } from '../base/json.ts'
import { suggestName } from '../base/suggest-name.ts'
import type { ScriptLimits } from '../sandbox/limits.ts'
import type { ScriptRuntime } from '../sandbox/script-runtime.ts'
import type { PrivateNetworks } from '../tenants/private-networks.ts'
import { readScriptResult } from './action-script-result.ts'
import { configurationSecrets } from './configuration-secrets.ts'
import { secretMask } from './secret-mask.ts'
import type { ScriptTemplate, ScriptTemplateOptions } from './script-templates.ts'

/** The findings about a template's settings: names, types, forms and counts, never a value of the legacy store. */
export type TemplateCheck = { findings: string[]; problems: string[] }

/** The dependencies of checking the settings of a template. */
export type CheckTemplateDeps = {
  scripts: Pick<ScriptRuntime, 'run' | 'recycle'>
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

function missingColumns(template: ScriptTemplate, configuration: Record<string, string>, found: JsonObject): string[] {
  const columns = Array.isArray(found.columns) ? found.columns.filter(isJsonObject) : []
  const names = columns.flatMap(({ name }) => (typeof name === 'string' ? [name] : []))
  const form = (name: string): string => (found.ignores_case === true ? name.toLowerCase() : name)
  return template.configuration
    .filter(({ key }) => key.endsWith('_COLUMN'))
    .flatMap(({ key, default: standard = '' }) => {
      const name = configuration[key] || standard
      if (name === '' || names.some((each) => form(each) === form(name))) return []
      return [`${key}: the table has no column ${name}${meantBy(name, names)}`]
    })
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
  ]
}

function readCheck(template: ScriptTemplate, options: ScriptTemplateOptions, value: JsonValue): TemplateCheck {
  if (template.check === undefined) return { findings: ['The service answers.'], problems: [] }
  if (!isJsonObject(value)) return { findings: [], problems: ['The check has no result.'] }
  const { configuration } = options
  if (value.tables !== undefined) {
    const table = configuration['TABLE'] || 'users'
    return { findings: [], problems: [`TABLE: there is no table ${table}${meantBy(table, textsOf(value.tables))}`] }
  }
  return { findings: findingsOf(value), problems: missingColumns(template, configuration, value) }
}

/**
 * Checks the settings of a template against the legacy store, read-only, in the sandbox and under the egress rules of the connection:
 * connects, reads a sample of rows, and compares the names of columns. A web service is asked for a user that does not exist.
 */
export async function checkTemplate(
  deps: CheckTemplateDeps,
  tenant_id: string,
  template: ScriptTemplate,
  options: ScriptTemplateOptions,
): Promise<TemplateCheck> {
  checks += 1
  const unit = { tenant_id, unit_id: `template ${template.id}`, version: -checks }
  const source = template.check ?? template.scripts.get_user
  const mask = secretMask(configurationSecrets(options.configuration), source)
  try {
    const result = readScriptResult(
      await deps.scripts.run({
        unit,
        script: template.check === undefined ? 'get_user' : 'check',
        source,
        args: template.check === undefined ? [unknown_address] : [],
        configuration: options.configuration,
        egress: { ...options.egress, private_networks: await deps.mayReachPrivateNetworks(tenant_id) },
        limits: deps.script_limits,
        onLog: () => undefined,
        retry: true,
      }),
    )
    if (result.kind === 'value') return readCheck(template, options, result.value)
    if (result.kind === 'refused' && template.check === undefined) return readCheck(template, options, null)
    return { findings: [], problems: [mask(result.message)] }
  } finally {
    deps.scripts.recycle(unit)
  }
}
