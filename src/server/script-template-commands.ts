import { readFileSync } from 'node:fs'
import { defined } from '../base/defined.ts'
import { isJsonObject } from '../base/json.ts'
import { applyTemplate } from '../connections/apply-template.ts'
import type { CheckTemplateDeps } from '../connections/check-template.ts'
import type { SaveConnectionDeps } from '../connections/save-connection.ts'
import { generateFromTemplate, unknownTemplate } from '../connections/generate-scripts.ts'
import { listScriptTemplates, type ScriptTemplateSummary, type TemplateMode } from '../connections/script-templates.ts'
import { Refusal } from '../contract/refusal.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { textTable } from './text-table.ts'

/** The options of `templates print`. */
export type TemplateChoice = {
  /** Id of the template. */
  template: string
  /** Name of the new connection. */
  name: string
  /** File with the template's settings: a JSON object of texts, numbers and booleans. */
  settings_file: string
  client_id: string | undefined
  mode: TemplateMode
}

/**
 * The settings in a file.
 *
 * @throws {Refusal} when they cannot be used, without quoting the file
 */
export function readSettings(file: string): Record<string, string> {
  const unusable = (reason: string): Refusal =>
    new Refusal('invalid_request', { message: `--settings ${file} cannot be used: ${reason}.` })
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // The parser's message may quote the file, which contains a password.
    const code = typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : ''
    throw unusable(error instanceof SyntaxError ? 'it is not JSON' : `it cannot be read${code}`)
  }
  if (!isJsonObject(read)) throw unusable('it must hold one JSON object')
  return Object.fromEntries(
    Object.entries(read).map(([key, value]) => {
      if (value === null || typeof value === 'object') throw unusable(`${key} must be a text, a number or a boolean`)
      return [key, String(value)]
    }),
  )
}

/** Describes one template with who cannot move by it, and each of its settings. Required settings are marked. */
function describeTemplate({ id, label, description, cannot_move, settings }: ScriptTemplateSummary): string {
  const limits =
    cannot_move === undefined
      ? []
      : [
          'These users cannot move by a login. They get in by a new password:',
          ...cannot_move.map((who) => `  - ${who}`),
        ]
  const lines = settings.map(({ key, required, default: standard, values, description: meaning }) => {
    const note =
      required === true ? ' (required)' : standard === undefined || standard === '' ? '' : ` (default: ${standard})`
    const choice = values === undefined ? '' : ` One of ${values.join(', ')}.`
    return `  ${key}${note}\n      ${meaning}${choice}`
  })
  return [`${id}: ${label}`, description, ...limits, ...lines].join('\n')
}

/**
 * Lists the templates with the settings that they need, or describes the one of an id with all of its settings.
 *
 * @throws {Refusal} for an unknown template
 */
export async function describeTemplates({
  id,
  as_json,
}: {
  id: string | undefined
  as_json: boolean
}): Promise<string> {
  const templates = await listScriptTemplates()
  const chosen = id === undefined ? templates : templates.filter((template) => template.id === id)
  if (id !== undefined && chosen.length === 0) throw unknownTemplate(id, templates)
  if (as_json) return JSON.stringify(chosen, null, 2)
  if (id !== undefined) return chosen.map(describeTemplate).join('\n')
  const rows = chosen.map(({ id: of_template, label, settings }) => {
    const required = settings.filter((setting) => setting.required === true).map(({ key }) => key)
    return [of_template, label, required.join(', '), String(settings.length - required.length)]
  })
  const table = textTable(['TEMPLATE', 'LEGACY STORE', 'REQUIRED SETTINGS', 'OTHERS'], rows)
  return `${table}\n\nAll settings of a template: templates list --template ID`
}

/**
 * Creates a connection from a template, as JSON for `POST /api/v2/connections`.
 *
 * @throws {Refusal} for an unknown template and for invalid settings, naming the setting
 */
export async function connectionFromTemplate(choice: TemplateChoice): Promise<string> {
  const { options } = (await generateFromTemplate({ ...choice, settings: readSettings(choice.settings_file) }))
    .generated
  const enabled_clients = choice.client_id === undefined ? {} : { enabled_clients: [choice.client_id] }
  return JSON.stringify({ name: choice.name, strategy: 'auth0', ...enabled_clients, options }, null, 2)
}

/**
 * The source of one script that a template generates.
 *
 * @throws {Refusal} for an unknown template or script and for invalid settings, naming the setting
 */
export async function scriptFromTemplate(choice: TemplateChoice, script: string): Promise<string> {
  const { scripts } = (await generateFromTemplate({ ...choice, settings: readSettings(choice.settings_file) }))
    .generated
  const source = Object.entries(scripts).find(([name]) => name === script)?.[1]
  if (source !== undefined) return source
  const message = `Template ${choice.template} has no script "${script}" with these settings. It has: ${Object.keys(scripts).join(', ')}.`
  throw new Refusal('invalid_request', { message })
}

/**
 * The mode that an option names; import by default.
 *
 * @throws {Refusal} for another name
 */
export function templateMode(mode = 'import'): TemplateMode {
  if (mode === 'import' || mode === 'legacy') return mode
  throw new Refusal('invalid_request', { message: '--mode must be import or legacy.' })
}

/** The input of `templates apply`: the settings are read where the command is typed, and used where the store is open. */
export type AppliedTemplateChoice = Omit<TemplateChoice, 'settings_file'> & { settings: Record<string, string> }

/**
 * Applies a template to the connection of a name, and describes the result and the findings.
 *
 * @throws {Refusal} for an unknown template, invalid settings, and settings that do not fit the legacy store
 */
export async function applyTemplateChoice(
  deps: SaveConnectionDeps & CheckTemplateDeps,
  tenant: Tenant,
  choice: AppliedTemplateChoice,
): Promise<string> {
  const { name, client_id } = choice
  const saved_by = { through: 'command' } as const
  const applied = await applyTemplate(deps, tenant, {
    ...(await generateFromTemplate(choice)),
    name,
    client_id,
    saved_by,
  })
  const { created, connection, check } = applied
  const done = `The connection "${name}" (${connection.connection_id}) was ${created ? 'created' : 'updated'}.`
  const { id_namespace, password_normalization } = connection.options
  const options = Object.entries(defined({ id_namespace, password_normalization })).map(
    ([key, value]) => `options.${key}: ${JSON.stringify(value)}`,
  )
  return [done, ...options, ...check.findings].join('\n')
}
