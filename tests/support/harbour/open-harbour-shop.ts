// A harbour shop whose customers move out of a PostgreSQL database, for pictures of the dashboard. Its days in the past pass with a clock that
// is set back, by the requests of applications, admins and people.
import { startMailServer } from '../../mail/mail-server.ts'
import { openDashboard, owner_email, signIn, type OpenDashboard } from '../dashboard.ts'
import { createOtherTenant } from '../other-tenant.ts'
import { objects, type TestClient } from '../requests.ts'
import { startWebhook } from '../webhook.ts'
import { liveThroughDays } from './days.ts'
import { addConnection, startLegacyStore } from './legacy-store.ts'
import { addCode, addLogStreams, setUpTenant } from './settings.ts'
import type { Call, Shop } from './shop.ts'
import { liveThroughToday } from './today.ts'

const day_ms = 86_400_000

/** The shop after its days. */
export type HarbourShop = Awaited<ReturnType<typeof openHarbourShop>>

/** Opens the dashboard on a shop that has existed for nine days. */
export async function openHarbourShop() {
  const [legacy, mail, received, failing] = await Promise.all([
    startLegacyStore(),
    startMailServer(0, { recipient: (to) => (to.startsWith('robert') ? 550 : undefined) }),
    startWebhook(),
    startWebhook(),
  ])
  const started_at = Date.now()
  let behind_ms = 9 * day_ms
  const clock = { now: () => Date.now() - behind_ms }
  const allowed = [`127.0.0.1:${mail.port}`, received.address, failing.address]
  const dashboard = await openDashboard({ clock, env: { WHERRY_EGRESS_ALLOW: allowed.join(',') } })
  /** Moves the clock to so much before the pictures, and never back. */
  const moveTo = (before_ms: number): void => {
    behind_ms = Math.min(behind_ms, Math.max(0, before_ms + Date.now() - started_at))
  }
  const { server, admins } = dashboard
  const asOwner: Call = async (method, path, body) => {
    const answer = await admins.api(await admins.accessToken(owner_email), method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }
  const shop = { dashboard, legacy, moveTo, asOwner, shop_client: await addApplications(dashboard, asOwner) }
  await setUpTenant(asOwner, mail)
  await addLogStreams(asOwner, received, failing)
  await addCode(asOwner)
  const connection_id = await addConnection(asOwner, shop.shop_client, legacy)
  await liveThroughDays({ ...shop, connection_id })
  await addMembers(shop)
  const beginner_id = await addBeginner(dashboard)
  await liveThroughToday({ ...shop, connection_id })
  behind_ms = 0
  await server.settle()
  await dashboard.context.clearCookies()
  await signIn(dashboard.page, server.admin_url)
  // The first page after a sign-in hides "Get started", because people have moved.
  await dashboard.page.waitForURL(/\/connections$/)
  return {
    dashboard,
    connection_id,
    /** A tenant whose owner has begun. */
    beginner_id,
    /** A member of the first of a list that the Management API answers, for an address. @throws Error when the list is empty */
    async firstOf(path: string, name: string, list?: string): Promise<string> {
      const [first] = objects(await server.must('GET', path), list)
      if (first === undefined) throw new Error(`${path} lists nothing.`)
      return encodeURIComponent(String(first[name]))
    },
    async close(): Promise<void> {
      await dashboard.close()
      await Promise.all([legacy.server.stop(), mail.close(), received.close(), failing.close()])
    },
  }
}

async function addApplications({ server }: OpenDashboard, asOwner: Call): Promise<TestClient> {
  const { client_id, client_secret } = await asOwner('POST', 'clients', {
    name: 'Harbour Shop',
    app_type: 'regular_web',
    callbacks: ['https://shop.harbour.example/callback'],
    allowed_logout_urls: ['https://shop.harbour.example/'],
    grant_types: ['authorization_code', 'refresh_token', 'http://auth0.com/oauth/grant-type/password-realm'],
  })
  await asOwner('POST', 'clients', {
    name: 'Harbour Shop for phones',
    app_type: 'native',
    callbacks: ['example.harbour.shop:/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  })
  await asOwner('POST', 'clients', {
    name: 'Warehouse',
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
  })
  await server.createResourceServer('https://orders.harbour.example/', { name: 'Orders' })
  return { client_id: String(client_id), client_secret: String(client_secret) }
}

async function addMembers({ dashboard, asOwner }: Pick<Shop, 'dashboard' | 'asOwner'>): Promise<void> {
  const { admins } = dashboard
  for (const [email, role] of [
    ['catherine.morland@harbour.example', 'editor'],
    ['sam.weller@harbour.example', 'support'],
  ] as const) {
    await admins.setUp(email)
    await admins.accessToken(email)
    await dashboard.setRole(email, role)
  }
  await asOwner('POST', 'tenant-admin-invitations', { email: 'nancy.lammeter@harbour.example', role: 'viewer' })
}

/** A tenant of the same owner: an application and a connection whose scripts are saved, and no user has moved. */
async function addBeginner({ server, tenant_id }: OpenDashboard): Promise<string> {
  const tenant = await createOtherTenant(server, 'lighthouse-club', 'club.harbour.example')
  const { db } = server.internals
  const of_owner = db.selectFrom('users').select('user_id').where('email_lower', '=', owner_email)
  const owner = await db
    .selectFrom('tenant_admins')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('user_id', 'in', of_owner)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('tenant_admins')
    .values({ ...owner, tenant_id: tenant.id })
    .execute()
  await tenant.createClient({ name: 'Members', app_type: 'regular_web' })
  const login = `function login(email, password, callback) {
  callback(new WrongUsernameOrPasswordError(email, configuration.DATABASE_URL))
}`
  await tenant.createConnection('members', { enabledDatabaseCustomization: true, customScripts: { login } })
  return tenant.id
}
