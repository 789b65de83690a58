import {
  createEmailProvider,
  deleteEmailProvider,
  getEmailProvider,
  updateEmailProvider,
  type EmailProviderDeps,
} from '../mail/email-provider.ts'
import { createEmailTemplate, getEmailTemplate, saveEmailTemplate } from '../mail/email-templates.ts'
import type { Handlers } from './handler.ts'

/** Operations on the mail service and the mail templates of a tenant. */
export function emailHandlers(deps: EmailProviderDeps) {
  return {
    getEmailProvider: async ({ tenant }) => await getEmailProvider(deps, tenant.tenant_id),

    createEmailProvider: async ({ tenant, body }) => await createEmailProvider(deps, tenant.tenant_id, body),

    updateEmailProvider: async ({ tenant, body }) => await updateEmailProvider(deps, tenant.tenant_id, body),

    async deleteEmailProvider({ tenant }) {
      await deleteEmailProvider(deps, tenant.tenant_id)
      return null
    },

    createEmailTemplate: async ({ tenant, body }) => await createEmailTemplate(deps, tenant.tenant_id, body),

    getEmailTemplate: async ({ tenant, params }) => await getEmailTemplate(deps.db, tenant.tenant_id, params.name),

    replaceEmailTemplate: async ({ tenant, params, body }) =>
      await saveEmailTemplate(deps, { tenant_id: tenant.tenant_id, name: params.name }, body, { merges: false }),

    updateEmailTemplate: async ({ tenant, params, body }) =>
      await saveEmailTemplate(deps, { tenant_id: tenant.tenant_id, name: params.name }, body, { merges: true }),
  } satisfies Partial<Handlers>
}
