import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { moveAdmins } from '../../src/admins/move-admins.ts'
import { ensureSystemTenant } from '../../src/admins/system-tenant.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'

// A hash in the format of older versions; `moveAdmins` does not read it.
const hash = (name: string): string => `$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$${name}`
const clock = { now: () => Date.now() }
const site = { scheme: 'http' as const }
const sealer = createSealer('a sealing key for tests, long enough')

let postgres: PostgresServer
let stores: Db[]

before(async () => {
  postgres = await startPostgres()
  const { url } = await postgres.createStore('admins')
  const open = () => openStore({ engine: 'postgres', url, connections: 4, onConnectionError: () => undefined })
  stores = [await open(), await open()]
})
after(async () => {
  for (const db of stores) await db.destroy()
  await postgres.stop()
})

test('concurrent processes create one system tenant and move every admin once; of several with one address, the earliest', async () => {
  const [db] = stores
  assert.ok(db)
  const deps = { db, clock, sealer, site }
  const tenant_ids: string[] = []
  for (const name of ['one', 'two', 'three']) {
    const { tenant } = await createTenant(deps, { name, domain: `${name}.example`, plan: 'enterprise' })
    tenant_ids.push(tenant.tenant_id)
  }
  const [one = '', two = '', three = ''] = tenant_ids
  const rows = [
    ...Array.from({ length: 40 }, (_, index) => ({
      tenant_id: one,
      name: `admin${index}`,
      role: 'owner',
      at: 1000 + index,
    })),
    { tenant_id: two, name: 'shared', role: 'viewer', at: 10 },
    { tenant_id: one, name: 'shared', role: 'owner', at: 20 },
    { tenant_id: three, name: 'shared', role: 'owner', at: 30 },
  ]
  await db
    .insertInto('admins')
    .values(
      rows.map(({ tenant_id, name, role, at }) => ({
        tenant_id,
        admin_id: `adm_${at}`,
        email_lower: `${name}@example.com`,
        password_hash: hash(`${name}${at}`),
        role,
        created_at: at,
      })),
    )
    .execute()

  const warnings: object[] = []
  const ignore = (): void => undefined
  const log = { debug: ignore, info: ignore, error: ignore, warn: (fields: object) => void warnings.push(fields) }
  const start = async (store: Db): Promise<string> => {
    const system = await ensureSystemTenant({ ...deps, db: store })
    await moveAdmins({ db: store, clock, log }, system)
    return system.tenant_id
  }
  const systems = await Promise.all([...stores, ...stores, ...stores].map(start))
  assert.equal(new Set(systems).size, 1)

  assert.deepEqual(await db.selectFrom('admins').selectAll().execute(), [])
  const moved = await db
    .selectFrom('tenant_admins')
    .innerJoin('users', 'users.user_id', 'tenant_admins.user_id')
    .innerJoin('credentials', 'credentials.user_id', 'users.user_id')
    .select(['users.tenant_id as user_tenant', 'users.email', 'tenant_admins.tenant_id', 'tenant_admins.role'])
    .select(['tenant_admins.created_at', 'credentials.format', 'credentials.hash'])
    .execute()
  assert.equal(moved.length, 41)
  assert.ok(moved.every((row) => row.user_tenant === systems[0] && row.format === 'argon2id'))
  assert.deepEqual(
    moved.filter(({ email }) => email === 'shared@example.com'),
    [
      {
        user_tenant: systems[0],
        email: 'shared@example.com',
        tenant_id: two,
        role: 'viewer',
        created_at: 10,
        format: 'argon2id',
        hash: hash('shared10'),
      },
    ],
  )
  const events = await db.selectFrom('log_events').selectAll().where('type', '=', 'fapi').execute()
  assert.deepEqual(
    events.map(({ tenant_id, user_name }) => `${tenant_id} ${user_name}`).toSorted(),
    [`${one} shared@example.com`, `${three} shared@example.com`].toSorted(),
  )
  assert.equal(warnings.length, 2)

  const users = await db.selectFrom('users').selectAll().execute()
  await start(db)
  assert.deepEqual(await db.selectFrom('users').selectAll().execute(), users, 'another start changes nothing')
})
