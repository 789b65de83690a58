import type { Role } from '../../src/contract/roles.ts'
import { createAdminApi } from '../support/admin-api.ts'
import { freeAdminUrl } from '../support/admin-urls.ts'
import { startTestServer } from '../support/test-server.ts'

/** Starts a server with an admin of the default tenant. `own_port`: the admin origin has a port of its own. `env`: further settings. */
export async function startWithAdmin(own_port: boolean, env: Record<string, string> = {}) {
  const admin_url = own_port ? await freeAdminUrl() : 'http://admins.example'
  const server = await startTestServer({ env: { WHERRY_ADMIN_URL: admin_url, ...env } })
  const { db, tenant_id } = server.internals
  const admins = createAdminApi(server)
  const setRole = async (email: string, role: Role | undefined): Promise<void> => {
    const { user_id } = await db
      .selectFrom('users')
      .select('user_id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    await db.deleteFrom('tenant_admins').where('tenant_id', '=', tenant_id).where('user_id', '=', user_id).execute()
    if (role) await db.insertInto('tenant_admins').values({ tenant_id, user_id, role, created_at: 1 }).execute()
  }
  await admins.setUp('owner@example.com')
  return { server, db, tenant_id, admins, setRole }
}

/** What `startWithAdmin` started. */
export type Started = Awaited<ReturnType<typeof startWithAdmin>>
