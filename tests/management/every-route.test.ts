// Every operation × who calls it: no token, a token with all other scopes, one with a right scope, a token of another tenant, and each role.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { managementScopes } from '../../src/contract/management-scopes.ts'
import { roles, scopesOfRole, type Role } from '../../src/contract/roles.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'
import { authorizeRoute } from '../../src/management/authorize-route.ts'
import { createAdminApi, type AdminApi } from '../support/admin-api.ts'
import { createOtherTenant, type OtherTenant } from '../support/other-tenant.ts'
import { bearer, type Answer } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const every_scope = managementScopes.map(({ value }) => value)
const operations = Object.entries<Route>(routes)
let server: TestServer
let other: OtherTenant
let admins: AdminApi

before(async () => {
  server = await startTestServer()
  other = await createOtherTenant(server, 'other', 'other.test')
  admins = createAdminApi(server)
})
after(() => server.close())

// An id that nothing has, so that no operation changes what a later one needs.
const pathOf = ({ url }: Route): string => url.replaceAll(/:\w+/g, 'nothing')

/** A request without a body: an operation that needs one refuses it after the scope. */
async function call(route: Route, token: string | undefined): Promise<Answer> {
  const headers = token === undefined ? {} : bearer(token)
  return await server.send(pathOf(route), { method: route.method, headers })
}

/** Whether the scope let the request through, whatever the operation answered afterwards. */
const passed = ({ status, json }: Answer): boolean =>
  status !== 401 && !(status === 403 && json?.errorCode === 'insufficient_scope')

/** A stream does not end: it is called where it is refused only. */
const ends = ({ event_stream }: Route): boolean => event_stream !== true

describe('every operation of the Management API', () => {
  it('refuses a request without a token, and a token of another tenant', async () => {
    const foreign = await other.managementToken()
    for (const [name, route] of operations) {
      assert.equal((await call(route, undefined)).status, 401, name)
      assert.equal((await call(route, foreign)).status, 401, name)
    }
  })

  it('refuses a token with every scope but its own, and names them', async () => {
    const tokens = new Map<string, string>()
    for (const [name, route] of operations) {
      const scope = every_scope.filter((each) => !route.scopes.includes(each)).join(' ')
      const token = tokens.get(scope) ?? (await server.managementToken(scope))
      tokens.set(scope, token)
      const { status, json } = await call(route, token)
      assert.deepEqual([status, json?.errorCode], [403, 'insufficient_scope'], name)
      assert.ok(String(json?.message).endsWith(route.scopes.join(',')), name)
    }
  })

  it('accepts a token with any one of its scopes and no other', async () => {
    const tokens = new Map<string, string>()
    for (const [name, route] of operations.filter(([, each]) => ends(each) && each.admins_only !== true)) {
      // Only owners and the operator's commands grant the scope of hashes, and the first client does not have it.
      for (const scope of route.scopes.filter((each) => each !== 'export:password_hashes')) {
        const token = tokens.get(scope) ?? (await server.managementToken(scope))
        tokens.set(scope, token)
        const answer = await call(route, token)
        assert.ok(passed(answer), `${name} with ${scope}: ${answer.status} ${answer.text}`)
        assert.ok(answer.status < 500, `${name}: ${answer.status} ${answer.text}`)
      }
    }
  })

  it('refuses every token of a client to an operation of admins only, also one with its scope [guard: admins-only]', async () => {
    for (const [name, route] of operations.filter(([, each]) => each.admins_only === true)) {
      const token = { sub: 'c@clients', subject: 'client', client_id: 'c', scopes: new Set(route.scopes) } as const
      assert.throws(() => authorizeRoute(token, route, {}), /Only admins may use this/, name)
      authorizeRoute({ ...token, subject: 'admin' }, route, {})
    }
  })

  it('accepts on the admin origin exactly the roles that have one of its scopes', async () => {
    await admins.setUp('ada@admins.example')
    const token = await admins.accessToken('ada@admins.example')
    const setRole = async (role: Role): Promise<void> => {
      await server.internals.db.updateTable('tenant_admins').set({ role }).execute()
    }
    for (const role of roles) {
      await setRole(role)
      for (const [name, route] of operations.filter(([, each]) => ends(each))) {
        const path = pathOf(route).slice('/api/v2/'.length)
        const answer = await admins.api(token, route.method, path)
        const permitted = route.scopes.some((scope) => scopesOfRole[role].has(scope))
        assert.equal(passed(answer), permitted, `${role}: ${name}: ${answer.status} ${answer.text}`)
      }
    }
    assert.equal((await admins.api(token, 'GET', 'users', undefined, other.id)).status, 404)
  })
})
