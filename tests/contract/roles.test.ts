import assert from 'node:assert/strict'
import { test } from 'node:test'
import { managementScopes, operatorScopes } from '../../src/contract/management-scopes.ts'
import { roles, scopesOfRole } from '../../src/contract/roles.ts'
import type { Route } from '../../src/contract/route.ts'
import { routes } from '../../src/contract/routes.ts'

const all = managementScopes.map(({ value }) => value)
const without = (...scopes: string[]): string[] => all.filter((scope) => !scopes.includes(scope))
const of_operator = [...operatorScopes]
const signing_keys = ['read:signing_keys', 'create:signing_keys', 'update:signing_keys']

test('each role permits exactly its scopes', () => {
  assert.deepEqual([...scopesOfRole.owner], without(...of_operator))
  assert.deepEqual(
    [...scopesOfRole.editor],
    without(
      ...of_operator,
      ...signing_keys,
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
    without(...of_operator, 'read:outbox', 'read:client_keys').filter((scope) => scope.startsWith('read:')),
  )
  assert.deepEqual([...scopesOfRole.support].toSorted(), [
    'create:user_tickets',
    'delete:anomaly_blocks',
    'read:anomaly_blocks',
    'read:logs',
    'read:migrations',
    'read:people',
    'read:users',
    'update:people',
    'update:users',
  ])
})

test('no role permits a route of the operator, and support permits every route of user blocks', () => {
  for (const [name, route] of Object.entries<Route>(routes)) {
    const permitted_to = roles.filter((role) => route.scopes.some((scope) => scopesOfRole[role].has(scope)))
    if (route.operator === true) assert.deepEqual(permitted_to, [], name)
    if (route.url.startsWith('/api/v2/user-blocks')) assert.ok(permitted_to.includes('support'), name)
  }
})
