// Who has stolen the access token of a viewer tries each operation of the Management API.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { fillTenant } from '../support/dashboard-tenant.ts'
import { ticketIn, type Json } from '../support/requests.ts'
import { startWithAdmin, type Started } from './server-with-admin.ts'

const email = 'signed-up@harbour.example'

let started: Started
let token: string
/** Values of the parameters of paths: where the attacker knows them, they exist. */
let known: Record<string, string>

before(async () => {
  started = await startWithAdmin(true)
  const { server, admins, setRole } = started
  const tenant = await fillTenant(server)
  await admins.setUp('viewer@example.com')
  await setRole('viewer@example.com', 'viewer')
  token = await admins.accessToken('viewer@example.com')
  known = { id: tenant.connection_id, connection_id: tenant.connection_id, user_id: tenant.user_id, script: 'login' }
  const { client_id } = tenant.client
  const asked = await server.post('/dbconnections/change_password', { client_id, email, connection: 'staff' })
  assert.equal(asked.status, 200, asked.text)
})
after(() => started?.server.close())

const operations = Object.entries<Route>(routes).filter(([, { operator }]) => operator !== true)

// They change nothing: a file of what the list of users has, and pages and mails with samples in them.
const reads = ['createUsersExport', 'previewEmailTemplate', 'previewPage']

/** A value of a parameter of a path: one that exists, or one of those that the contract lists. */
function parameterOf({ params }: Route, name: string, ids: Record<string, string>): string {
  const { enum: listed } = (params?.properties[name] ?? {}) as { enum?: string[] }
  return encodeURIComponent(ids[name] ?? listed?.[0] ?? 'x')
}

/** Calls an operation, with an empty body where it has one. */
async function call(route: Route, ids: Record<string, string>) {
  const { method, url } = route
  const path = url.slice('/api/v2/'.length).replaceAll(/:(\w+)/g, (_, name: string) => parameterOf(route, name, ids))
  return await started.admins.api(token, method, path, ['GET', 'DELETE'].includes(method) ? undefined : {})
}

/** What a change would have changed. */
async function stored(): Promise<Json[]> {
  const paths = [
    `connections/${known['id']}`,
    `connections/${known['id']}/scripts`,
    `users/${known['user_id']}`,
    'clients',
  ]
  return await Promise.all(paths.map((path) => started.server.must('GET', path)))
}

describe('the stolen token of a viewer', () => {
  test('[guard: viewer-changes-nothing] changes nothing by any operation', async () => {
    const before_all = await stored()
    const accepted: string[] = []
    for (const [name, route] of operations) {
      if (route.method === 'GET' || reads.includes(name)) continue
      const { status, text } = await call(route, known)
      if (status !== 403) accepted.push(`${name}: ${status} ${text}`)
    }
    assert.deepEqual(accepted, [])
    assert.deepEqual(await stored(), before_all)
  })

  test('[guard: viewer-reads-no-mail] reads no mailed link by any operation', async () => {
    const [mail] = await started.server.outbox(email)
    const ticket = ticketIn(mail?.['text'])
    let answered = 0
    for (const [name, route] of operations) {
      if (route.method !== 'GET' || route.event_stream === true) continue
      for (const id of [known['connection_id'], known['user_id'], mail?.['id']]) {
        const { status, text } = await call(route, { ...known, id: String(id) })
        assert.ok(!text.includes(ticket), `${name} shows the link: ${text}`)
        if (status === 200) answered += 1
        if (!route.url.includes(':id')) break
      }
    }
    assert.ok(answered > 30, `only ${answered} answers`)
    assert.equal((await started.admins.api(token, 'GET', 'outbox')).status, 403)
  })
})
