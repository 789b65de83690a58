import { defined } from '../base/defined.ts'
import { outcomes } from '../contract/outcomes.ts'
import { Refusal } from '../contract/refusal.ts'
import { inTransaction } from '../store/transaction.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { checkTemplate, type CheckTemplateDeps, type TemplateCheck } from './check-template.ts'
import { enableClients } from './connection-clients.ts'
import { connectionByRealm, type Connection } from './connection.ts'
import { createConnection, updateConnection, type SaveConnectionDeps } from './save-connection.ts'
import type { SavedBy } from '../contract/script-version.ts'
import type { GeneratedTemplate, ScriptTemplate } from './script-templates.ts'

/** A template, what it generated for the connection of a name, and the client that may use it. */
export type AppliedTemplate = {
  template: ScriptTemplate
  name: string
  generated: GeneratedTemplate
  client_id: string | undefined
  saved_by: SavedBy
}

/** The result of applying a template. */
export type AppliedConnection = { created: boolean; connection: Connection; check: TemplateCheck }

/**
 * Creates the connection of a name from a template, or updates it: scripts, settings and egress are replaced, other options stay. The
 * settings are checked against the legacy store first; nothing is saved when they do not fit it.
 *
 * @throws {Refusal} `invalid_request` with the problems, and those of saving a connection
 */
export async function applyTemplate(
  deps: SaveConnectionDeps & CheckTemplateDeps,
  tenant: Tenant,
  { template, name, generated, client_id, saved_by }: AppliedTemplate,
): Promise<AppliedConnection> {
  const { tenant_id } = tenant
  const { options } = generated
  const check = await checkTemplate(deps, tenant_id, template, generated)
  if (check.problems.length > 0) {
    const first =
      check.outage === undefined
        ? 'The settings do not fit the legacy store; nothing was saved.'
        : `${outcomes[check.outage].meaning} The settings were not checked; nothing was saved.`
    const message = [first, ...check.problems].join('\n')
    throw new Refusal('invalid_request', { message })
  }
  const before = await connectionByRealm(deps.db, tenant_id, name)
  if (before === undefined || before.name !== name) {
    const enabled_clients = client_id === undefined ? [] : [client_id]
    const input = { name, strategy: 'auth0', options, enabled_clients } as const
    return { created: true, connection: (await createConnection(deps, tenant, input, saved_by)).connection, check }
  }
  const { connection_id } = before
  // The namespace stays as it is, also where there is none: the ids of users who have moved contain it.
  const { id_namespace: _of_new_connections, ...given } = options
  const { password_normalization, ...others } = before.options
  // A template that knows how the store compares passwords replaces the option, also by none.
  const is_replaced = template.password_normalization !== undefined
  const kept = { ...others, ...(is_replaced ? {} : defined({ password_normalization })), ...given }
  const update = { tenant, connection_id, change: { options: kept }, force: false, saved_by }
  const { connection } = await updateConnection(deps, update)
  if (client_id !== undefined) {
    await inTransaction(deps.db, (trx) => enableClients(trx, tenant_id, connection_id, [client_id]))
  }
  return { created: false, connection, check }
}
