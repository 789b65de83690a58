// A client whose users log in with a browser, and the requests that it makes.
import { hash, randomBytes } from 'node:crypto'
import type { JsonObject } from '../../src/base/json.ts'
import type { Answer, TestClient } from '../support/requests.ts'
import type { TestServer } from '../support/test-server.ts'
import { ada } from './ada.ts'

export const callback = 'https://app.test/callback'

/** What a test may change of the client. */
export type ClientFields = JsonObject

/** Creates a client that may use every response type, and a connection of its own in which `ada` is a user. */
export async function createBrowserClient(server: TestServer, fields: ClientFields = {}) {
  const client = await server.createClient({
    grant_types: ['authorization_code', 'implicit', 'refresh_token'],
    callbacks: [callback],
    allowed_logout_urls: ['https://app.test/'],
    ...fields,
  })
  const connection = `users-${client.client_id}`
  const connection_id = await server.createConnection(connection, {}, [client])
  const user_id = await server.createUser(connection, ada)
  return { client, connection, connection_id, user_id, ...requestsOf(server, client) }
}

/** The requests of a client. */
export function requestsOf(server: TestServer, client: TestClient) {
  return {
    /** The address of an authorization request. */
    authorize: (parameters: Record<string, string> = {}): string =>
      `/authorize?${new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid profile email',
        ...parameters,
      })}`,
    /** Exchanges a code. */
    exchange: (code: string | undefined, fields: Record<string, string | undefined> = {}): Promise<Answer> =>
      server.post('/oauth/token', {
        grant_type: 'authorization_code',
        ...client,
        code: code ?? '',
        redirect_uri: callback,
        ...fields,
      }),
  }
}

/** A PKCE verifier and its challenge. */
export function newVerifier(): { code_verifier: string; code_challenge: string; code_challenge_method: string } {
  const code_verifier = randomBytes(32).toString('base64url')
  return { code_verifier, code_challenge: hash('sha256', code_verifier, 'base64url'), code_challenge_method: 'S256' }
}
