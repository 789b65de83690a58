// Users whom tests link, and what they do.
import assert from 'node:assert/strict'
import { decodeJwt } from 'jose'
import { bearer, type Answer, type Json, type TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'

/** The password of the users. */
export const password = 'Compiler no. 1'

/** A user with a password, in a connection. */
export type Person = { user_id: string; email: string; connection: string }

/** The path of a user behind `/api/v2/`. */
export const at = ({ user_id }: { user_id: string }): string => `users/${encodeURIComponent(user_id)}`

/** The body that names the identity of a user. */
export const named = ({ user_id }: Person) => ({ provider: 'auth0', user_id })

/** The subject of the ID token in an answer. */
export function subOf(answer: Answer): unknown {
  assert.equal(answer.status, 200, answer.text)
  return decodeJwt(String(answer.json.id_token)).sub
}

/** What tests do with users of a server, who log in to `client`. */
export function linkingKit(server: TestServer, client: TestClient) {
  let made = 0
  return {
    async makePerson(connection = 'users', fields: object = {}): Promise<Person> {
      made += 1
      const email = `p${made}@example.com`
      const { user_id } = await server.must('POST', 'users', { connection, email, password, ...fields })
      return { user_id, email, connection }
    },
    logIn: ({ connection, email }: Person): Promise<Answer> =>
      server.login(client, connection, email, password, { scope: 'openid offline_access' }),
    link: (user: Person, other: Person): Promise<Json> => server.must('POST', `${at(user)}/identities`, named(other)),
    refused: (user: Person, body: object) => server.refused('POST', `${at(user)}/identities`, body),
    unlink: (user: Person, other: Person): Promise<Json> =>
      server.must('DELETE', `${at(user)}/identities/auth0/${encodeURIComponent(other.user_id)}`),
    total: async (): Promise<number> => (await server.must('GET', 'users?include_totals=true&per_page=1')).total,
    refresh: (answer: Answer): Promise<Answer> =>
      server.post('/oauth/token', {
        grant_type: 'refresh_token',
        ...client,
        refresh_token: answer.json.refresh_token,
      }),
    /** A user's own tokens: for the Management API, and an ID token. */
    async ownTokens({ connection, email }: Person, of = client): Promise<{ access: string; id: string }> {
      const fields = { scope: 'openid update:current_user_identities', audience: `${server.issuer}api/v2/` }
      const { status, json, text } = await server.login(of, connection, email, password, fields)
      assert.equal(status, 200, text)
      return { access: String(json.access_token), id: String(json.id_token) }
    },
    linkAs: (access: string, user: Person, body: object): Promise<Answer> =>
      server.send(`/api/v2/${at(user)}/identities`, { method: 'POST', headers: bearer(access), body }),
  }
}
