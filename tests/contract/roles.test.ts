import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managementScopes, operatorScopes } from '../../src/contract/management-scopes.ts'
import { roles, scopesOfRole, type Role } from '../../src/contract/roles.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'

const all = managementScopes.map(({ value }) => value)
const without = (...scopes: string[]): string[] => all.filter((scope) => !scopes.includes(scope))
const of_operator = [...operatorScopes]
const of_admins = ['read:tenant_admins', 'update:tenant_admins']
const changes_of_keys = ['create:signing_keys', 'update:signing_keys']

test('each role permits exactly its scopes', () => {
  assert.deepEqual([...scopesOfRole.owner], without(...of_operator))
  assert.deepEqual(
    [...scopesOfRole.editor],
    without(
      ...of_operator,
      ...changes_of_keys,
      ...of_admins,
      'read:outbox',
      'export:password_hashes',
      'read:client_keys',
      'update:client_keys',
      'create:client_credentials',
      'update:client_credentials',
      'delete:client_credentials',
    ),
  )
  assert.deepEqual(
    [...scopesOfRole.viewer],
    without(...of_operator, 'read:tenant_admins', 'read:outbox', 'read:client_keys').filter((scope) =>
      scope.startsWith('read:'),
    ),
  )
  assert.deepEqual([...scopesOfRole.support].toSorted(), [
    'delete:anomaly_blocks',
    'read:anomaly_blocks',
    'read:migrations',
    'read:people',
    'read:users',
    'update:people',
  ])
})

const permittedTo = ({ scopes }: Route) => roles.filter((role) => scopes.some((scope) => scopesOfRole[role].has(scope)))

test('each role reads whatever a role with less rights reads', () => {
  const readsOf = (role: Role) => [...scopesOfRole[role]].filter((scope) => scope.startsWith('read:'))
  assert.deepEqual(
    readsOf('viewer').filter((scope) => !scopesOfRole.editor.has(scope)),
    [],
  )
  assert.deepEqual(
    readsOf('editor').filter((scope) => !scopesOfRole.owner.has(scope)),
    [],
  )
})

test('no role permits a route of the operator, and only an owner administers admins', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    if (route.operator === true) assert.deepEqual(permittedTo(route), [], name)
    assert.equal(route.admins_only === true, route.url.startsWith('/api/v2/tenant-admin'), name)
    if (route.admins_only === true) assert.deepEqual(permittedTo(route), ['owner'], name)
  }
})

test('support changes nothing but locks, sends links to the address on record, and reads people only [guard: support-role]', () => {
  const permitted = Object.entries<Route>(routes).filter(([, route]) => permittedTo(route).includes('support'))
  const named = (of: (route: Route) => boolean) =>
    permitted
      .filter(([, route]) => of(route))
      .map(([name]) => name)
      .toSorted()
  // An export reads what the list of users reads.
  assert.deepEqual(
    named(({ method }) => method !== 'GET'),
    ['createUsersExport', 'liftAddressBlock', 'sendLinkToPerson', 'unlockPerson'],
  )
  const read = new Set(
    permitted
      // Which server sends the mail says nothing about a user.
      .filter(([name, { method }]) => method === 'GET' && name !== 'getMailDelivery')
      .map(([, { url }]) => url.split('/')[3] ?? ''),
  )
  assert.deepEqual([...read].toSorted(), ['anomaly', 'jobs', 'migrations', 'user-blocks', 'users', 'users-by-email'])
})

test('a viewer changes nothing', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    const is_read = route.method === 'GET' || route.changes_nothing === true || name === 'createUsersExport'
    if (permittedTo(route).includes('viewer')) assert.ok(is_read, name)
  }
})
