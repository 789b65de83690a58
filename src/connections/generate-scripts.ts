import { Refusal } from '../contract/refusal.ts'
import {
  generateTemplate,
  listScriptTemplates,
  readScriptTemplate,
  type GeneratedTemplate,
  type ScriptTemplate,
  type ScriptTemplateSummary,
  type TemplateMode,
} from './script-templates.ts'
import { ScriptTemplateSettingError } from './template-settings.ts'

/** A template, the name of the connection that it is for, and its settings. */
export type TemplateSettings = { template: string; name: string; mode: TemplateMode; settings: Record<string, string> }

/** The refusal of a template that there is not. */
export function unknownTemplate(id: string, templates: readonly ScriptTemplateSummary[]): Refusal {
  const ids = templates.map((known) => known.id).join(', ')
  return new Refusal('invalid_request', { message: `There is no template "${id}". There are: ${ids}.` })
}

/**
 * A template and what it generates for a connection from the settings.
 *
 * @throws {Refusal} `invalid_request` for an unknown template and for invalid settings, naming the setting
 */
export async function generateFromTemplate({
  template: id,
  name,
  mode,
  settings,
}: TemplateSettings): Promise<{ template: ScriptTemplate; generated: GeneratedTemplate }> {
  const template = await readScriptTemplate(id)
  if (!template) throw unknownTemplate(id, await listScriptTemplates())
  try {
    return { template, generated: generateTemplate(template, name, settings, mode) }
  } catch (error) {
    if (!(error instanceof ScriptTemplateSettingError)) throw error
    throw new Refusal('invalid_request', { message: `Template ${template.id}: ${error.message}.` })
  }
}
