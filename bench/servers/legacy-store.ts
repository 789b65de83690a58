// Legacy stores for first logins: a web service and a PostgreSQL table, each with the login script that reads it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestServer } from '../../tests/support/servers.ts'
import type { BenchUser } from './bench-users.ts'

/** A legacy store and its login script. Its users are those of `legacyUser`. */
export type LegacyStore = { name: string; script: string; url: string; stop(): Promise<void> }

/** The user with this number in the legacy store of this name. */
export function legacyUser(store_name: string, nth: number): BenchUser {
  return { email: `${store_name}-${nth}@legacy.example`, password: `secret ${nth}` }
}

const http_script = `async function login(email, password, callback) {
  const response = await fetch(configuration.URL + '/?' + new URLSearchParams({ email, password }))
  const profile = await response.json()
  if (!profile) return callback(new WrongUsernameOrPasswordError(email))
  callback(null, profile)
}`

/** Starts a web service in this process. */
export async function startHttpStore(): Promise<LegacyStore> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams
    const email = query.get('email') ?? ''
    const number = /-(\d+)@/.exec(email)?.[1]
    const is_correct = query.get('password') === `secret ${number}`
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(is_correct ? { user_id: email, email, email_verified: true } : null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
  }
  return { name: 'http', script: http_script, url: `http://127.0.0.1:${port}`, stop }
}

const postgres_script = `async function login(email, password, callback) {
  const { Pool } = require('pg')
  global.pool = global.pool || new Pool({ connectionString: configuration.URL, max: 4 })
  const text = 'select id, email from legacy_users where email = $1 and password = $2'
  const { rows } = await global.pool.query(text, [email, password])
  if (rows.length === 0) return callback(new WrongUsernameOrPasswordError(email))
  callback(null, { user_id: String(rows[0].id), email: rows[0].email, email_verified: true })
}`

/** Creates a table of users in a database of its own. */
export async function createPostgresStore(postgres: TestServer): Promise<LegacyStore> {
  const database = await postgres.createDatabase('legacy')
  await database.query('create table legacy_users (id int primary key, email text unique, password text)')
  await database.query(`insert into legacy_users
    select n, 'postgres-' || n || '@legacy.example', 'secret ' || n from generate_series(0, 999) as n`)
  return { name: 'postgres', script: postgres_script, url: database.url, stop: async () => {} }
}
