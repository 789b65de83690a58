// The events of the script matrix, carried out through HTTP, on a server with a connection in each mode to one legacy store.
import type { JsonObject } from '../../src/base/json.ts'
import type { EventScript } from '../../src/contract/action-scripts.ts'
import { ticketIn, type Answer, type TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { startMatrixStore, type LegacyRow, type MatrixStore } from './matrix-store.ts'

/** The mode of a connection; each connection has the name of its mode. */
export type Mode = 'local' | 'legacy' | 'import'

/** A user of an event: the row of the legacy store, and the id and the refresh token that the user has here after a login. */
export type Person = { row: LegacyRow; user_id: string; refresh_token: string | undefined }

/** The password of each user before a change, and after it. */
export const old_password = 'Right-password-1'
export const new_password = 'Chosen-here-1'

/** A server and its legacy store. */
export type Matrix = Awaited<ReturnType<typeof startMatrix>>

/** Starts the legacy store and a server with the connections `local`, `legacy` and `import`. */
export async function startMatrix() {
  const store: MatrixStore = await startMatrixStore()
  // A busy machine must not end a call.
  const server: TestServer = await startTestServer({ env: { WHERRY_SCRIPT_DEADLINE_MS: '60000' } })
  const client: TestClient = await server.createClient()
  const ids: Record<string, string> = {
    local: await server.createConnection('local', { requires_username: true }, [client]),
    legacy: await server.createConnection('legacy', store.options('legacy'), [client]),
    import: await server.createConnection('import', store.options('import'), [client]),
  }
  let count = 0

  const login = (connection: string, name: string, password = old_password): Promise<Answer> =>
    server.login(client, connection, name, password, { scope: 'openid offline_access' })

  return {
    store,
    server,
    client,
    ids,
    login,

    /** A name that no user has. */
    newName(): string {
      count += 1
      return `user${count}`
    },

    /** A user whom neither store has. */
    newUser(): Person {
      const name = this.newName()
      const row = { id: 0, email: `${name}@legacy.example`, username: name, phone: null, password: '', verified: false }
      return { row: { ...row, name: null }, user_id: '', refresh_token: undefined }
    },

    /** A user of the legacy store who has not logged in here. */
    async unknownUser(): Promise<Person> {
      const row = await store.addUser(this.newName())
      return { row, user_id: `auth0|${row.id}`, refresh_token: undefined }
    },

    /** A user who has logged in here once: cached in legacy mode, moved in import mode; in local mode one created here. */
    async knownUser(connection: string): Promise<Person> {
      const person = await this.unknownUser()
      const { row } = person
      if (connection === 'local') {
        const fields = { email: row.email, username: row.username, phone_number: row.phone, password: old_password }
        const created = await server.must('POST', 'users', { connection, ...fields, verify_email: false })
        person.user_id = created.user_id
      }
      const answer = await login(connection, row.email)
      if (answer.status !== 200) throw new Error(`no login: ${answer.text}`)
      await store.takeCalls()
      return { ...person, refresh_token: answer.json.refresh_token }
    },

    /** A connection in legacy mode with some scripts only. */
    async connect(name: string, scripts: readonly EventScript[], more: JsonObject = {}): Promise<void> {
      ids[name] = await server.createConnection(name, store.options('legacy', scripts, more), [client])
    },

    /** Stops the server and the store. */
    async close(): Promise<void> {
      await server.close()
      await store.stop()
    },
  }
}

const pathOf = ({ user_id }: Person): string => `users/${encodeURIComponent(user_id)}`

/** Submits the form of a mailed link. */
export async function submitTicket(
  matrix: Matrix,
  path: string,
  link: unknown,
  more: Record<string, string>,
): Promise<Answer> {
  const form = new URLSearchParams({ ticket: ticketIn(link), ...more })
  return await matrix.server.post(path, form, { origin: matrix.server.origin })
}

type Happening = (matrix: Matrix, connection: string, person: Person) => Promise<Answer>

const change =
  (fields: (person: Person, matrix: Matrix) => JsonObject): Happening =>
  (matrix, _connection, person) =>
    matrix.server.api('PATCH', pathOf(person), fields(person, matrix))

/** What happens to a user. The answer is that of the request which runs the scripts. */
export const happenings = {
  login: (matrix, connection, { row }) => matrix.login(connection, row.email),
  login_by_username: (matrix, connection, { row }) => matrix.login(connection, String(row.username)),
  wrong_password: (matrix, connection, { row }) => matrix.login(connection, row.email, 'wrong'),
  refresh: ({ server, client }, _connection, { refresh_token }) =>
    server.post('/oauth/token', { grant_type: 'refresh_token', ...client, refresh_token }),
  sign_up: ({ server, client }, connection, { row }) =>
    server.post('/dbconnections/signup', {
      client_id: client.client_id,
      connection,
      email: row.email,
      username: row.username,
      password: new_password,
      user_metadata: { colour: 'blue' },
    }),
  creation: ({ server }, connection, { row }) =>
    server.api('POST', 'users', {
      connection,
      email: row.email,
      username: row.username,
      password: new_password,
      app_metadata: { plan: 'gold' },
    }),
  async reset_request({ server, client }, connection, { row }) {
    const answer = await server.post('/dbconnections/change_password', {
      client_id: client.client_id,
      connection,
      email: row.email,
    })
    await server.settle()
    return answer
  },
  async reset_confirmation(matrix, connection_name, { row }) {
    const { server, ids, store } = matrix
    const input = { connection_id: ids[connection_name], email: row.email }
    const { ticket } = await server.must('POST', 'tickets/password-change', input)
    await store.takeCalls()
    const passwords = { password: new_password, password_repeat: new_password }
    return await submitTicket(matrix, '/u/reset-password', `${ticket}`, passwords)
  },
  async verification(matrix, _connection, { user_id }) {
    const { ticket } = await matrix.server.must('POST', 'tickets/email-verification', { user_id })
    return await submitTicket(matrix, '/u/email-verification', `${ticket}`, {})
  },
  password_change: change(() => ({ password: new_password })),
  email_change: change(({ row }) => ({ email: `new-${row.email}`, verify_email: false })),
  email_verified_change: change(() => ({ email_verified: true })),
  username_change: change(({ row }) => ({ username: `new${row.username}` })),
  phone_number_change: change(({ row }) => ({ phone_number: `${row.phone}9` })),
  metadata_change: change(() => ({ user_metadata: { colour: 'green' }, blocked: false })),
  deletion: ({ server }, _connection, person) => server.api('DELETE', pathOf(person)),
  deletion_here: ({ server }, _connection, person) => server.api('DELETE', `${pathOf(person)}?local_only=true`),
  password_ticket: ({ server, ids }, connection, { row }) =>
    server.api('POST', 'tickets/password-change', { connection_id: ids[connection] ?? '', email: row.email }),
} as const satisfies Record<string, Happening>

/** The name of what happens. */
export type HappeningName = keyof typeof happenings
