import { after, before } from 'node:test'
import type { DatabaseServer } from '../support/servers.ts'
import { type ScriptCaller, type ScriptSandbox, startScriptSandbox } from './script-caller.ts'

/** The differences between the two SQL stores. */
export type SqlStore = {
  name: string
  template_id: string
  start(): Promise<DatabaseServer>
  /** Quotes a name as the store does. */
  quote(name: string): string
  /** A placeholder for the parameter at this place, from 1. */
  parameter(place: number): string
  binary_type: string
  /** A select of all users that first waits as many seconds as the table `slowness` says. */
  slow_view: string
  /** How many connections clients other than the harness have open. */
  openConnections(server: DatabaseServer): Promise<number>
}

/** Laravel's published bcrypt of `password`. */
export const bcrypt_of_password = '$2y$10$92IXUNpkjO0rOQ5byMi.Ye4oKoEa3Ro9llC/.og/at2.uheWG/igi'

/** A table `users` with Ada (7) in it, and the sandbox that calls a template's scripts against it. */
export type SqlFixture = {
  server(): DatabaseServer
  /** The template's scripts with the store's address and these settings. */
  caller(more?: Record<string, string>, unit?: string): Promise<ScriptCaller>
  insert(table: string, row: Record<string, unknown>): Promise<void>
}

/** Registers the start and the end of a fixture for this test file. */
export function sqlFixture(store: SqlStore): SqlFixture {
  let server: DatabaseServer
  let sandbox: ScriptSandbox

  async function insert(table: string, row: Record<string, unknown>): Promise<void> {
    const names = Object.keys(row).map(store.quote)
    const places = names.map((_, index) => store.parameter(index + 1))
    const text = `insert into ${store.quote(table)} (${names.join(', ')}) values (${places.join(', ')})`
    await server.query(text, Object.values(row))
  }

  before(async () => {
    sandbox = startScriptSandbox()
    server = await store.start()
    await server.query(`create table users (
      id integer primary key, email varchar(200), username varchar(50), password_hash varchar(300), salt varchar(100),
      verified_at timestamp null, name varchar(100), given_name varchar(100), is_blocked boolean, is_active boolean)`)
    await insert('users', {
      id: 7,
      email: 'Ada@Example.org',
      username: 'Countess',
      password_hash: bcrypt_of_password,
      verified_at: '2020-02-03 04:05:06',
      name: 'Ada Lovelace',
      given_name: 'Ada',
      is_blocked: false,
      is_active: true,
    })
  })
  after(async () => {
    await sandbox?.close()
    await server?.stop()
  })

  return {
    server: () => server,
    caller: (more = {}, unit) => sandbox.connect(store.template_id, { DATABASE_URL: server.url, ...more }, unit),
    insert,
  }
}
