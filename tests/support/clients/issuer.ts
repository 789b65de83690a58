// What an application of these tests logs in to: a server at https://localhost or http://localhost, whose users are still in a legacy PostgreSQL.
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { hash } from '@node-rs/bcrypt'
import { generateTemplate, readScriptTemplate } from '../../../src/connections/script-templates.ts'
import { freePort } from '../free-port.ts'
import { outcomeOf } from '../requests.ts'
import { startPostgres } from '../servers.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

/** A user of the legacy store: what this user types. */
export type LegacyUser = { email: string; password: string }

/** The issuer, and its legacy store. */
export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** The name of the only connection: an import connection to the legacy store. */
export const connection = 'people'

// The address of the documentation where it is free: another test, or a server of the developer, may have it.
const startServer = async (scheme: 'https' | 'http'): Promise<TestServer> => {
  if (scheme === 'http') {
    const port = await freePort()
    const env = { WHERRY_PORT: String(port), WHERRY_PUBLIC_URL: `http://localhost:${port}` }
    return await startTestServer({ env })
  }
  try {
    return await startTestServer({ https: true, env: { WHERRY_PORT: '8443' } })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return await startTestServer({ https: true })
  }
}

/** Starts the server and the legacy store. This process trusts the server's certificate from now on. */
export async function startIssuer(scheme: 'https' | 'http' = 'https') {
  const [postgres, server] = await Promise.all([startPostgres(), startServer(scheme)])
  const { ca_file } = server
  if (ca_file) setDefaultCACertificates([...getCACertificates('default'), readFileSync(ca_file, 'utf8')])
  await postgres.query('create table users (id serial primary key, email text unique, password_hash text, name text)')
  const template = await readScriptTemplate('postgresql')
  if (!template) throw new Error('There is no template for PostgreSQL')
  const settings = { DATABASE_URL: postgres.url, NAME_COLUMN: 'name' }
  const { options } = generateTemplate(template, connection, settings)
  const connection_id = await server.createConnection(connection, options)
  let users = 0

  const loginEvents = async (email: string) => (await server.logs(`type:s AND user_name:"${email}"`)).toReversed()

  return {
    server,
    connection_id,
    /** The domain, as Auth0's SDKs call it: host and port. */
    domain: server.host,
    /** The file of the certificate authority, with https. */
    ca_file,
    /** Adds a user to the legacy store. */
    async newLegacyUser(): Promise<LegacyUser> {
      users += 1
      const user = { email: `user${users}@legacy.example`, password: `pässword ${users} 🔑` }
      const values = [user.email, await hash(user.password, 4), `User ${users}`]
      await postgres.query('insert into users (email, password_hash, name) values ($1, $2, $3)', values)
      return user
    },
    /** How many queries the legacy store has answered. */
    legacyQueries: (): Promise<number> => postgres.statementCount(/select/i),
    /** The outcomes of the logins of a user, oldest first. */
    loginOutcomes: async (email: string): Promise<unknown[]> => (await loginEvents(email)).map(outcomeOf),
    async stop(): Promise<void> {
      await server.close()
      await postgres.stop()
    },
  }
}
