// Legacy stores for first logins: a web service and a PostgreSQL table, each as a login script reaches it.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestServer } from '../../tests/support/servers.ts'

/** A legacy store, and the script that asks it. Person n is `<name>-n@legacy.example` with the password `secret n`. */
export type LegacyStore = { name: string; script: string; url: string; stop(): Promise<void> }

const http_script = `async function login(email, password, callback) {
  const answer = await fetch(configuration.URL + '/?' + new URLSearchParams({ email, password }))
  const profile = await answer.json()
  if (!profile) return callback(new WrongUsernameOrPasswordError(email))
  callback(null, profile)
}`

/** A web service in this process. */
export async function httpStore(): Promise<LegacyStore> {
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams
    const email = query.get('email') ?? ''
    const number = /-(\d+)@/.exec(email)?.[1]
    const right = query.get('password') === `secret ${number}`
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(right ? { user_id: email, email, email_verified: true } : null))
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
  const text = 'select id, email from legacy_people where email = $1 and password = $2'
  const { rows } = await global.pool.query(text, [email, password])
  if (rows.length === 0) return callback(new WrongUsernameOrPasswordError(email))
  callback(null, { user_id: String(rows[0].id), email: rows[0].email, email_verified: true })
}`

/** A table in a PostgreSQL database. */
export async function postgresStore(postgres: TestServer): Promise<LegacyStore> {
  const database = await postgres.createDatabase('legacy')
  await database.query('create table legacy_people (id int primary key, email text unique, password text)')
  await database.query(`insert into legacy_people
    select n, 'postgres-' || n || '@legacy.example', 'secret ' || n from generate_series(0, 999) as n`)
  return { name: 'postgres', script: postgres_script, url: database.url, stop: async () => {} }
}
