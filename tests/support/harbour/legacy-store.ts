// The legacy store of the harbour shop: a PostgreSQL with a table of customers, and the scripts that read it.
import bcrypt from 'bcryptjs'
import type { Json, TestClient } from '../requests.ts'
import { startOwnPostgres } from '../postgres.ts'
import { customers, password } from './customers.ts'
import type { Call } from './shop.ts'

const day_ms = 86_400_000

/** Starts the legacy store, with a user for Wherry who can only read, and one for another program. */
export async function startLegacyStore() {
  const server = await startOwnPostgres()
  const hash = bcrypt.hashSync(password, 4)
  await server.query(`create table customers (id integer primary key, email text not null, username text not null, password_hash text not null,
    full_name text not null, is_active boolean not null, last_login timestamptz not null)`)
  for (const { id, email, username, name, is_active, last_login_days } of customers) {
    const seen = new Date(Date.now() - last_login_days * day_ms)
    await server.query('insert into customers values ($1, $2, $3, $4, $5, $6, $7)', [
      id,
      email,
      username,
      hash,
      name,
      is_active,
      seen,
    ])
  }
  await server.query("create role wherry login password 'reads-only'")
  await server.query("create role billing login password 'sends-bills'")
  await server.query('grant select on customers to wherry')
  await server.query('grant pg_read_all_stats to wherry')
  const urlOf = (user: string, secret: string): string => {
    const url = new URL(server.url)
    url.username = user
    url.password = secret
    return url.href
  }
  return { server, url: urlOf('wherry', 'reads-only'), billing_url: urlOf('billing', 'sends-bills') }
}

/** The legacy store. */
export type LegacyStore = Awaited<ReturnType<typeof startLegacyStore>>

/** Connects the legacy store with the scripts of the template for PostgreSQL, and answers the id of the connection. */
export async function addConnection(asOwner: Call, client: TestClient, legacy: LegacyStore): Promise<string> {
  const { id } = await asOwner('POST', 'connections', {
    name: 'customers',
    strategy: 'auth0',
    options: { enabledDatabaseCustomization: true },
    enabled_clients: [client.client_id],
  })
  const settings = {
    DATABASE_URL: legacy.url,
    TABLE: 'customers',
    USERNAME_COLUMN: 'username',
    NAME_COLUMN: 'full_name',
    ACTIVE_COLUMN: 'is_active',
  }
  const generated: Json = await asOwner('POST', `connections/${String(id)}/scripts/generate`, {
    template: 'postgresql',
    mode: 'import',
    settings,
  })
  const values = Object.fromEntries(
    (generated.configuration as string[]).map((key) => [key, settings[key as keyof typeof settings]]),
  )
  await asOwner('PATCH', `connections/${String(id)}/configuration`, { configuration: values })
  await asOwner('PUT', `connections/${String(id)}/egress`, { mode: 'allow_list', allow: generated.egress })
  const scripts = Object.fromEntries(
    Object.entries(generated.scripts as Record<string, string>).map(([name, source]) => [name, { source }]),
  )
  await asOwner('PATCH', `connections/${String(id)}/scripts`, { scripts })
  await asOwner('PATCH', `connections/${String(id)}/settings`, { options: { ...generated.options, import_mode: true } })
  return String(id)
}
