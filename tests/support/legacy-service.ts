// A legacy user store as a small JSON web service on loopback, and the scripts that a connection calls it with.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../src/base/json.ts'

/** The service, and how often each address was asked for. */
export type LegacyService = { port: number; asked: Map<string, number>; close(): void }

/** Answers the profile for an address, or null. `password` is null for `get_user`, which looks up without one. */
export type FindProfile = (email: string, password: string | null) => JsonObject | null | Promise<JsonObject | null>

/** Starts the service on a free port. */
export async function startLegacyService(find: FindProfile): Promise<LegacyService> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const email = searchParams.get('email') ?? ''
    asked.set(email, (asked.get(email) ?? 0) + 1)
    response.setHeader('content-type', 'application/json')
    void Promise.resolve(find(email, searchParams.get('password'))).then((profile) => {
      response.end(JSON.stringify(profile))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

const login = `async function login(email, password, callback) {
  const response = await fetch(configuration.URL + '?' + new URLSearchParams({ email, password }))
  const profile = await response.json()
  callback(profile ? null : new WrongUsernameOrPasswordError(email), profile)
}`

const get_user = `async function getUser(email, callback) {
  const response = await fetch(configuration.URL + '?' + new URLSearchParams({ email }))
  callback(null, await response.json())
}`

/** Options of an import connection to the service. */
export function serviceOptions({ port }: LegacyService): JsonObject {
  return {
    enabledDatabaseCustomization: true,
    import_mode: true,
    customScripts: { login, get_user },
    configuration: { URL: `http://127.0.0.1:${port}/` },
    egress: { mode: 'allow_list', allow: [`127.0.0.1:${port}`] },
  }
}
