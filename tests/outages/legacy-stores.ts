// Three real legacy stores with the same users: `<name>@legacy.example`, whose password is `right`.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import bcrypt from 'bcryptjs'
import { startMariadb, startPostgres, type DatabaseServer } from '../support/servers.ts'

/** A legacy store behind a port, and the settings of the script template for it. */
export type LegacyStore = {
  name: string
  template: string
  port: number
  /** The template's settings for the store behind another port. */
  settings(port: number): Record<string, string>
  stop(): Promise<void>
}

async function sqlStore(name: string, template: string, server: DatabaseServer, names: string[]): Promise<LegacyStore> {
  await server.query(
    'create table users (id integer primary key, email varchar(200), password_hash varchar(100), name varchar(100))',
  )
  const hash = await bcrypt.hash('right', 4)
  for (const [id, who] of names.entries()) {
    await server.query(`insert into users values (${id + 1}, '${who}@legacy.example', '${hash}', '${who}')`)
  }
  return {
    name,
    template,
    port: server.port,
    settings(port) {
      const url = new URL(server.url)
      url.hostname = '127.0.0.1'
      url.port = String(port)
      return { DATABASE_URL: url.href }
    },
    stop: () => server.stop(),
  }
}

/** A PostgreSQL with these users. */
export async function postgresStore(names: string[]): Promise<LegacyStore> {
  return await sqlStore('PostgreSQL', 'postgresql', await startPostgres(), names)
}

/** A MariaDB with these users. */
export async function mariadbStore(names: string[]): Promise<LegacyStore> {
  return await sqlStore('MariaDB', 'mysql', await startMariadb(), names)
}

/** A JSON web service with these users. */
export async function webStore(names: string[]): Promise<LegacyStore> {
  const server = createServer((request, response) => {
    void (async () => {
      const asked = (await json(request)) as { email: string; password?: string }
      const id = names.indexOf(asked.email.replace('@legacy.example', ''))
      const knows = id >= 0 && (request.url === '/get_user' || asked.password === 'right')
      response.writeHead(id < 0 ? 404 : knows ? 200 : 401, { 'content-type': 'application/json' })
      response.end(JSON.stringify(knows ? { user_id: String(id + 1), email: asked.email } : { error: 'refused' }))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name: 'a web service',
    template: 'json-web-service',
    port: (server.address() as AddressInfo).port,
    settings: (port) => ({ BASE_URL: `http://127.0.0.1:${port}`, API_KEY: 'key' }),
    async stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
