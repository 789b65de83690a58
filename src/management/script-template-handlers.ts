import { defined } from '../base/defined.ts'
import { generateFromTemplate } from '../connections/generate-scripts.ts'
import { listScriptTemplates } from '../connections/script-templates.ts'
import type { Db } from '../store/tables.ts'
import { connectionOf } from './connection-handlers.ts'
import type { Handlers } from './handler.ts'

/** Operations on script templates. */
export function scriptTemplateHandlers(deps: { db: Db }) {
  return {
    async listScriptTemplates() {
      const templates = await listScriptTemplates()
      return {
        templates: templates.map(({ id, label, description, cannot_move, settings }) => ({
          id,
          label,
          description,
          ...defined({ cannot_move }),
          settings,
        })),
      }
    },

    async generateScripts({ tenant, params, body }) {
      const { name } = await connectionOf(deps.db, tenant, params.id)
      const { generated } = await generateFromTemplate({ ...body, name })
      const { customScripts, configuration, egress, id_namespace, password_normalization } = generated.options
      return {
        scripts: customScripts,
        configuration: Object.keys(configuration),
        egress: egress.allow,
        options: { id_namespace, ...defined({ password_normalization }) },
      }
    },
  } satisfies Partial<Handlers>
}
