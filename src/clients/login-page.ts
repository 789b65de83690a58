import type { Db } from '../store/tables.ts'
import { clientById, clientFromRow, type Client } from './client.ts'

/** The tenant's own HTML of a login page: undefined for none, and null where the client does not want one. */
export type LoginPage = string | null | undefined

function pageOf(client: Client | undefined): LoginPage {
  const { custom_login_page_on, custom_login_page } = client?.data ?? {}
  if (custom_login_page_on === false) return null
  return typeof custom_login_page === 'string' && custom_login_page.trim() !== '' ? custom_login_page : undefined
}

/** The login page of a client. */
export async function loginPageOf(db: Db, tenant_id: string, client_id: string): Promise<LoginPage> {
  return pageOf(await clientById(db, tenant_id, client_id))
}

/** The login page of the global client: that of every client which has none of its own and does not refuse one. */
export async function globalLoginPage(db: Db, tenant_id: string): Promise<LoginPage> {
  const row = await db
    .selectFrom('clients')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('is_global', '=', 1)
    .executeTakeFirst()
  return pageOf(row && clientFromRow(row))
}
