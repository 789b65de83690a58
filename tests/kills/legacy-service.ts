// A legacy user store as a small JSON service: everybody `person-<n>@legacy.example` has the password `secret-<n>`.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The service, and how often each person was asked for. */
export type LegacyService = { port: number; asked: Map<string, number>; close(): void }

/** Starts the service on a free loopback port. */
export async function startLegacyService(): Promise<LegacyService> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const email = url.searchParams.get('email') ?? ''
    const number = /^person-(\d+)@legacy\.example$/.exec(email)?.[1]
    asked.set(email, (asked.get(email) ?? 0) + 1)
    const knows =
      number !== undefined && (url.pathname === '/user' || url.searchParams.get('password') === `secret-${number}`)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(knows ? { user_id: `legacy-${number}`, email, email_verified: true } : null))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, asked, close: () => server.close() }
}

/** The `login` script for the service. */
export const serviceLogin = `async function login(email, password, callback) {
  const query = new URLSearchParams({ email, password })
  const answer = await fetch(configuration.URL + '/?' + query)
  const profile = await answer.json()
  callback(profile ? null : new WrongUsernameOrPasswordError(email), profile)
}`

/** The `get_user` that goes with it. */
export const serviceGetUser = `async function getUser(email, callback) {
  const answer = await fetch(configuration.URL + '/user?' + new URLSearchParams({ email }))
  callback(null, await answer.json())
}`
