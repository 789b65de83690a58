/**
 * Script templates: `login` and `get_user` scripts for a kind of legacy store, with the settings they need, as files
 * under `script-templates/`. This file reads them and answers a connection's options; it stores nothing and runs no script.
 */
import { readdir, readFile } from 'node:fs/promises'
import { defined } from '../base/defined.ts'
import { suggestName } from '../base/suggest-name.ts'
import type { ScriptName } from '../contract/action-scripts.ts'

/** One key of `configuration` that a template's scripts read. */
export type ScriptTemplateSetting = {
  key: string
  description: string
  required: boolean
  /** The scripts' default when the key is not set. */
  default?: string
  /** The only values that the scripts accept. */
  values?: string[]
  /** Whether a form should hide what is typed. */
  secret?: boolean
}

/** A script template without its sources, as `script-templates/<id>/template.json` keeps it. */
export type ScriptTemplateSummary = {
  id: string
  label: string
  description: string
  /** Modules that the scripts require besides Node's own. */
  modules: string[]
  options: {
    enabledDatabaseCustomization: boolean
    import_mode: boolean
    /** `{connection}` stands for the name of the connection, so that ids of two stores never collide. */
    id_namespace: string
    /** The setting whose address is the only destination that the scripts need. */
    egress: { from: string; default_port?: number; schemes: string[] }
  }
  configuration: ScriptTemplateSetting[]
}

type TemplateScriptName = Extract<ScriptName, 'login' | 'get_user'>

/** A script template with its sources by script name. */
export type ScriptTemplate = ScriptTemplateSummary & {
  scripts: Record<TemplateScriptName, string>
  /** Inspects the legacy store; where there is none, `get_user` is run. */
  check?: string
}

/** The options that a template gives to a connection. */
export type ScriptTemplateOptions = {
  enabledDatabaseCustomization: boolean
  import_mode: boolean
  id_namespace: string
  egress: { mode: 'allow_list'; allow: string[] }
  customScripts: Record<TemplateScriptName, string>
  configuration: Record<string, string>
}

/** A template refuses a setting; `key` names it, and no message contains its value. */
export class ScriptTemplateSettingError extends Error {
  readonly key: string
  constructor(key: string, message: string) {
    super(`${key} ${message}`)
    this.name = 'ScriptTemplateSettingError'
    this.key = key
  }
}

const folder = new URL('../../script-templates/', import.meta.url)

/** All templates, by label, without their sources. */
export async function listScriptTemplates(): Promise<ScriptTemplateSummary[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const ids = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  const summaries = await Promise.all(ids.map(readSummary))
  return summaries.toSorted((one, other) => one.label.localeCompare(other.label, 'en'))
}

/** The template with this id and its sources, or undefined. */
export async function readScriptTemplate(id: string): Promise<ScriptTemplate | undefined> {
  // Only ids that the folder lists are read, so that an id cannot name another file.
  const known = await listScriptTemplates()
  const summary = known.find((template) => template.id === id)
  if (!summary) return undefined
  const [login, get_user] = await Promise.all([readSource(id, 'login'), readSource(id, 'get_user')])
  const check = await readSource(id, 'check').catch(() => undefined)
  return { ...summary, scripts: { login, get_user }, ...defined({ check }) }
}

/**
 * The options that a template gives to the connection of this name. `configuration` has the passed settings only;
 * defaults stay in the scripts. Egress allows the one host and port of the legacy store.
 *
 * @throws ScriptTemplateSettingError when a required setting is missing, a value is not among the allowed ones,
 * a key is unknown to the template, or the address has another scheme or no host.
 */
export function scriptTemplateOptions(
  template: ScriptTemplate,
  connection_name: string,
  configuration: Record<string, string>,
): ScriptTemplateOptions {
  const known = template.configuration.map(({ key }) => key)
  for (const key of Object.keys(configuration)) {
    if (known.includes(key)) continue
    const meant = suggestName(key, known)
    const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`
    throw new ScriptTemplateSettingError(key, `is not a setting of this template${hint}`)
  }
  for (const { key, required, values } of template.configuration) {
    const value = configuration[key] ?? ''
    if (value === '' && required) throw new ScriptTemplateSettingError(key, 'is required')
    if (value !== '' && values && !values.includes(value)) {
      throw new ScriptTemplateSettingError(key, `must be one of ${values.join(', ')}`)
    }
  }
  const { enabledDatabaseCustomization, import_mode, id_namespace, egress } = template.options
  return {
    enabledDatabaseCustomization,
    import_mode,
    id_namespace: id_namespace.replace('{connection}', connection_name).slice(0, 64),
    egress: {
      mode: 'allow_list',
      allow: [addressOf(egress, configuration[egress.from] ?? '')],
    },
    customScripts: template.scripts,
    configuration,
  }
}

type TemplateEgress = ScriptTemplateSummary['options']['egress']

function addressOf({ from: key, default_port, schemes }: TemplateEgress, address: string): string {
  const given = schemes.map((scheme) => `${scheme}://`)
  if (!given.some((start) => address.toLowerCase().startsWith(start))) {
    throw new ScriptTemplateSettingError(key, `must begin with ${given.join(' or ')}`)
  }
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.hostname === '') throw new ScriptTemplateSettingError(key, 'is not an address with a host')
  const by_protocol = { 'http:': 80, 'https:': 443 }[url.protocol]
  const port = url.port === '' ? (default_port ?? by_protocol) : url.port
  if (port === undefined) throw new ScriptTemplateSettingError(key, 'is not an address with a port')
  return `${url.hostname}:${port}`
}

async function readSummary(id: string): Promise<ScriptTemplateSummary> {
  const text = await readFile(new URL(`${id}/template.json`, folder), 'utf8')
  return JSON.parse(text) as ScriptTemplateSummary
}

function readSource(id: string, script: TemplateScriptName | 'check'): Promise<string> {
  return readFile(new URL(`${id}/${script}.js`, folder), 'utf8')
}
