// A tenant with something to see on every page of the dashboard.
import type { TestServer } from './test-server.ts'

/** The password of all people of the legacy store. */
export const legacy_password = 'Harbour-1892'

/** People of the legacy store. One has markup wherever a legacy store can have it. */
export const legacy_people = [
  { user_id: 'L-1001', email: 'ada@harbour.example', name: 'Ada Byron' },
  { user_id: 'L-1002', email: 'grace@harbour.example', name: 'Grace Hopper' },
  {
    user_id: 'L-1003',
    email: 'mallory@harbour.example',
    name: '<img src=x onerror="alert(1)">',
    nickname: '"><script>alert(1)</script>',
    user_metadata: { note: '</code><script>alert(1)</script>' },
  },
] as const

const login = `function login(email, password, callback) {
  const people = ${JSON.stringify(legacy_people)}
  const found = people.find((person) => person.email === email)
  if (!found || password !== '${legacy_password}') return callback(new WrongUsernameOrPasswordError(email))
  callback(null, found)
}`

const get_user = `function getByEmail(email, callback) {
  const people = ${JSON.stringify(legacy_people)}
  callback(null, people.find((person) => person.email === email))
}`

/** The scripts of the legacy store. */
export const legacyScripts = { login, get_user } as const

/** Creates an application, a connection that imports its users from a legacy store, and one without a legacy store. */
export async function fillTenant(server: TestServer) {
  const client = await server.createClient({ name: 'Harbour Shop' })
  const options = { enabledDatabaseCustomization: true, import_mode: true, customScripts: legacyScripts }
  const connection_id = await server.createConnection('customers', options, [client])
  await server.createConnection('staff', {}, [client])
  const user_id = await server.createUser('staff', { email: 'signed-up@harbour.example', password: legacy_password })
  return {
    client,
    connection_id,
    user_id,
    /** Logs a person of the legacy store in, who moves at this login. @throws Error when the login is refused */
    async move(email: string): Promise<void> {
      const { status, text } = await server.login(client, 'customers', email, legacy_password)
      if (status !== 200) throw new Error(`${email} did not move: ${status} ${text}`)
    },
  }
}
