import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { checkContract } from './check-contract.ts'
import { bearer, objects, send, type Answer, type Json, type RequestInput, type TestClient } from './requests.ts'

/** Where a tenant answers, and the client that may use its Management API. */
export type TenantAddress = {
  /** Scheme and port of the server. */
  origin: string
  /** The tenant's host, sent as the Host header. */
  host: string
  ca?: string | undefined
  credentials: TestClient & { audience: string }
}

const json_type = 'application/json'
/** The password-realm grant. */
export const realm_grant = 'http://auth0.com/oauth/grant-type/password-realm'

/** The address of the tenant of a `first-run.json`, at the server that its issuer names or at `origin`. */
export function addressOf(first_run: FirstRun, origin: string = new URL(first_run.issuer).origin): TenantAddress {
  const { issuer, management_client_id, management_client_secret, management_audience } = first_run
  return {
    origin,
    host: new URL(issuer).host,
    credentials: {
      client_id: management_client_id,
      client_secret: management_client_secret,
      audience: management_audience,
    },
  }
}

/** Requests to one tenant. */
export type TenantApi = ReturnType<typeof createTenantApi>

/**
 * Creates the requests to the tenant at `address`. `settle` is awaited before the outbox is read, so that mail of
 * earlier requests is in it.
 */
export function createTenantApi(address: TenantAddress, settle: () => Promise<void> = async () => undefined) {
  const { origin, host, ca, credentials } = address
  let token: string | undefined

  /** Sends a request; `path` begins with a slash. */
  const sendTo = (path: string, { headers, ...input }: RequestInput = {}): Promise<Answer> =>
    send(`${origin}${path}`, { ...(ca === undefined ? {} : { ca }), ...input, headers: { host, ...headers } })

  /** Posts JSON (text is sent as JSON that the test wrote itself) or a form. */
  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    sendTo(path, {
      method: 'POST',
      body,
      headers: { ...(typeof body === 'string' ? { 'content-type': json_type } : {}), ...headers },
    })

  const requestToken = (scope?: string): Promise<Answer> =>
    post('/oauth/token', { grant_type: 'client_credentials', ...credentials, scope })

  /** A token for the Management API, with all scopes or these. */
  const managementToken = async (scope?: string): Promise<string> => {
    const answer = await requestToken(scope)
    if (answer.status !== 200) throw new Error(`no management token: ${answer.status} ${answer.text}`)
    return String(answer.json.access_token)
  }

  const callApi = async (method: string, path: string, body: unknown): Promise<Answer> => {
    token ??= await managementToken()
    return await sendTo(`/api/v2/${path}`, {
      method,
      headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': json_type }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /**
   * A Management API request; `path` begins behind `/api/v2/`. The answer is held to the contract. A token that expired
   * or whose key was revoked is replaced.
   */
  const api = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    let answer = await callApi(method, path, body)
    if (answer.status === 401) {
      token = undefined
      answer = await callApi(method, path, body)
    }
    checkContract(method, path, answer)
    return answer
  }

  /** The body of a Management API request that must succeed. */
  const must = async (method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await api(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }

  return {
    send: sendTo,
    post,
    requestToken,
    managementToken,
    api,
    must,

    /** Status, error code and message of a Management API request that is refused. */
    async refused(method: string, path: string, body?: unknown): Promise<[number, JsonValue | undefined, string]> {
      const { status, json } = await api(method, path, body)
      return [status, json?.errorCode, String(json?.message)]
    },

    /** Creates a client that may use every grant, or what `fields` say. */
    async createClient(fields: JsonObject = {}): Promise<TestClient> {
      const grant_types = ['password', realm_grant, 'refresh_token', 'client_credentials']
      const { client_id, client_secret } = await must('POST', 'clients', {
        name: 'test client',
        grant_types,
        ...fields,
      })
      return { client_id, client_secret }
    },

    /** Creates a connection and answers its id. */
    async createConnection(
      name: string,
      options: JsonObject = {},
      clients: { client_id: string }[] = [],
    ): Promise<string> {
      const enabled_clients = clients.map(({ client_id }) => client_id)
      return String((await must('POST', 'connections', { name, strategy: 'auth0', options, enabled_clients })).id)
    },

    /** Enables a connection for a client. */
    async enableClient(connection_id: string, { client_id }: { client_id: string }): Promise<void> {
      await must('PATCH', `connections/${connection_id}/clients`, [{ client_id, status: true }])
    },

    /** Creates a user in the connection with this name and answers the user's id. */
    async createUser(connection: string, fields: JsonObject): Promise<string> {
      return String((await must('POST', 'users', { connection, ...fields })).user_id)
    },

    /** Creates a resource server. */
    async createResourceServer(identifier: string, fields: JsonObject = {}): Promise<void> {
      await must('POST', 'resource-servers', { identifier, ...fields })
    },

    /** Grants a client these scopes of a resource server, or all that it has. */
    async createClientGrant(client_id: string, audience: string, scope: string[] | 'all'): Promise<void> {
      const scopes = scope === 'all' ? { scope: [], allow_all_scopes: true } : { scope }
      await must('POST', 'client-grants', { client_id, audience, ...scopes })
    },

    /** A login by the password-realm grant. `from` is the address that it seems to come from. */
    login(
      client: TestClient,
      realm: string,
      username: string,
      password: string,
      fields: JsonObject = {},
      from?: string,
    ): Promise<Answer> {
      const body = { grant_type: realm_grant, ...client, realm, username, password, ...fields }
      return post('/oauth/token', body, from === undefined ? {} : { 'x-forwarded-for': from })
    },

    /** Log events, newest first. */
    async logs(q?: string): Promise<JsonObject[]> {
      const query = q === undefined ? '' : `&q=${encodeURIComponent(q)}`
      return objects(await must('GET', `logs?per_page=100&sort=date:-1${query}`))
    },

    /** Migration records of a connection. */
    async records(connection_id: string): Promise<JsonObject[]> {
      return objects(await must('GET', `migrations/${connection_id}/records?take=100`), 'records')
    },

    /** Mail in the outbox, newest first: all of it, or that to one address. */
    async outbox(to?: string): Promise<JsonObject[]> {
      await settle()
      return objects(await must('GET', 'outbox')).filter((mail) => to === undefined || mail['to'] === to)
    },
  }
}
