import { readFileSync } from 'node:fs'
import { isJsonObject } from '../base/json.ts'
import {
  listScriptTemplates,
  readScriptTemplate,
  scriptTemplateOptions,
  ScriptTemplateSettingError,
} from '../connections/script-templates.ts'
import { Refusal } from '../contract/refusal.ts'

/** A template and its input, as the command line names them. */
export type TemplateChoice = {
  /** Id of the template. */
  template: string
  /** Name of the new connection. */
  name: string
  /** File with the template's settings: a JSON object of texts. */
  settings_file: string
  client_id: string | undefined
}

function readSettings(file: string): Record<string, string> {
  const unreadable = (why: string): Refusal =>
    new Refusal('invalid_request', { message: `--settings ${file} cannot be used: ${why}.` })
  let read: unknown
  try {
    read = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    // A parser's message may quote the file, and the file holds a password.
    throw unreadable(error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read')
  }
  if (!isJsonObject(read)) throw unreadable('it must hold one JSON object')
  return Object.fromEntries(
    Object.entries(read).map(([key, value]) => {
      if (typeof value !== 'string') throw unreadable(`${key} must be a text`)
      return [key, value]
    }),
  )
}

/** Describes every template and its settings; required ones are marked. */
export async function describeTemplates(): Promise<string> {
  const templates = await listScriptTemplates()
  const blocks = templates.map(({ id, label, description, configuration }) => {
    const settings = configuration.map(({ key, required, default: standard, values, description: meaning }) => {
      const note = required ? ' (required)' : standard === undefined ? '' : ` (default: ${standard})`
      const choice = values === undefined ? '' : ` One of ${values.join(', ')}.`
      return `    ${key}${note}\n        ${meaning}${choice}`
    })
    return [`${id}: ${label}`, `  ${description}`, ...settings].join('\n')
  })
  return blocks.join('\n\n')
}

/**
 * A connection made from a template, as JSON that `POST /api/v2/connections` takes.
 *
 * @throws {Refusal} for an unknown template and for invalid settings, naming the setting
 */
export async function connectionFromTemplate(choice: TemplateChoice): Promise<string> {
  const template = await readScriptTemplate(choice.template)
  if (!template) {
    const ids = (await listScriptTemplates()).map(({ id }) => id).join(', ')
    throw new Refusal('invalid_request', { message: `There is no template "${choice.template}". There are: ${ids}.` })
  }
  try {
    const options = scriptTemplateOptions(template, choice.name, readSettings(choice.settings_file))
    const enabled_clients = choice.client_id === undefined ? {} : { enabled_clients: [choice.client_id] }
    return JSON.stringify({ name: choice.name, strategy: 'auth0', ...enabled_clients, options }, null, 2)
  } catch (error) {
    if (!(error instanceof ScriptTemplateSettingError)) throw error
    throw new Refusal('invalid_request', { message: `Template ${template.id}: ${error.message}.` })
  }
}
