// A whole Wherry on a port of its own, driven through HTTP the way operators and applications drive it.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/base/json.ts'
import type { Clock } from '../../src/base/clock.ts'
import { readConfig } from '../../src/config/config.ts'
import { compose, type Server } from '../../src/server/compose.ts'
import type { FirstRun } from '../../src/server/first-run-file.ts'
import { freePort } from './free-port.ts'
import { removeTempFolder, tempFolder } from './temp-folder.ts'

/** An answer of the server: `json` is undefined where the body is none. */
export type Answer = { status: number; headers: Headers; text: string; json: JsonValue | undefined }

/** A client made through the Management API. */
export type TestClient = { client_id: string; client_secret: string }

/** What a test may choose. */
export type HouseOptions = { env?: Record<string, string>; clock?: Clock; data_dir?: string; keep_data?: boolean }

/** Member `name` of a JSON object; undefined where there is none. */
export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined
}

/** The objects of a JSON array, or of the array under `name`. */
export function objects(value: JsonValue | undefined, name?: string): JsonObject[] {
  const array = name === undefined ? value : member(value, name)
  return Array.isArray(array) ? array.filter((each) => isJsonObject(each)) : []
}

/** Sends a request and reads the whole answer. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const text = await response.text()
  let json: JsonValue | undefined
  try {
    json = JSON.parse(text) as JsonValue
  } catch {
    json = undefined
  }
  return { status: response.status, headers: response.headers, text, json }
}

/** A running house and the ways in which tests use it. */
export type TestHouse = Awaited<ReturnType<typeof startHouse>>

/** Starts a house on the embedded store in a folder of its own, or on what `env` says. */
export async function startHouse(options: HouseOptions = {}) {
  const port = await freePort()
  const data_dir = options.data_dir ?? tempFolder('house')
  const lines: string[] = []
  const config = readConfig({
    WHERRY_PORT: String(port),
    WHERRY_PUBLIC_URL: `http://127.0.0.1:${port}`,
    WHERRY_DATA_DIR: data_dir,
    WHERRY_TRUST_PROXY: 'true',
    WHERRY_REQUESTS_PER_SECOND: '100000',
    ...options.env,
  })
  const house: Server = await compose(config, {
    log_to: { write: (line) => void lines.push(line) },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  const { issuer } = await house.listen()
  const file = join(data_dir, 'first-run.json')
  const first_run = JSON.parse(readFileSync(file, 'utf8')) as FirstRun
  let token: string | undefined

  const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    send(new URL(path, issuer).href, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  const managementToken = async (scope?: string): Promise<string> => {
    const answer = await post('oauth/token', {
      grant_type: 'client_credentials',
      client_id: first_run.management_client_id,
      client_secret: first_run.management_client_secret,
      audience: first_run.management_audience,
      ...(scope === undefined ? {} : { scope }),
    })
    const made = member(answer.json, 'access_token')
    if (typeof made !== 'string') throw new Error(`no management token: ${answer.status} ${answer.text}`)
    return made
  }

  /** A Management API request; `path` begins behind `/api/v2/`. */
  const api = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    token ??= await managementToken()
    return await send(new URL(`api/v2/${path}`, issuer).href, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  const must = async (method: string, path: string, body?: unknown): Promise<JsonValue | undefined> => {
    const answer = await api(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.json
  }

  return {
    house,
    issuer,
    port,
    data_dir,
    first_run,
    first_run_mode: statSync(file).mode & 0o777,
    /** Lines of the process log. */
    lines,
    post,
    managementToken,
    api,
    must,

    async createClient(fields: JsonObject = {}): Promise<TestClient> {
      const made = await must('POST', 'clients', {
        name: 'test application',
        app_type: 'regular_web',
        grant_types: [
          'password',
          'http://auth0.com/oauth/grant-type/password-realm',
          'refresh_token',
          'client_credentials',
        ],
        token_endpoint_auth_method: 'client_secret_post',
        ...fields,
      })
      return { client_id: String(member(made, 'client_id')), client_secret: String(member(made, 'client_secret')) }
    },

    /** Makes a connection and gives its id. */
    async createConnection(name: string, connection_options: JsonObject, clients: TestClient[]): Promise<string> {
      const made = await must('POST', 'connections', {
        name,
        strategy: 'auth0',
        options: connection_options,
        enabled_clients: clients.map(({ client_id }) => client_id),
      })
      return String(member(made, 'id'))
    },

    /** A password-realm login. `from` is the address it seems to come from. */
    login(
      client: TestClient,
      realm: string,
      username: string,
      password: string,
      more: JsonObject = {},
      from?: string,
    ): Promise<Answer> {
      return post(
        'oauth/token',
        {
          grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
          ...client,
          realm,
          username,
          password,
          ...more,
        },
        from === undefined ? {} : { 'x-forwarded-for': from },
      )
    },

    /** Log events, newest first. */
    logs: async (q?: string): Promise<JsonObject[]> =>
      objects(
        await must('GET', `logs?per_page=100&sort=date:-1${q === undefined ? '' : `&q=${encodeURIComponent(q)}`}`),
      ),

    records: async (connection_id: string): Promise<JsonObject[]> =>
      objects(await must('GET', `migrations/${connection_id}/records?take=100`), 'records'),

    /** Mail in the outbox, newest first, once everything under way has settled. */
    async outbox(): Promise<JsonObject[]> {
      await house.background.drained()
      const listed = await must('GET', 'outbox')
      return Array.isArray(listed) ? objects(listed) : objects(listed, 'messages')
    },

    async close(): Promise<void> {
      await house.close()
      if (options.keep_data !== true) removeTempFolder(data_dir)
    },
  }
}
