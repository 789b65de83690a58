import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { resourceServerByIdentifier } from '../../src/clients/resource-server.ts'
import { managementScopes, operatorScopes } from '../../src/contract/management-scopes.ts'
import { readJson, writeJson } from '../../src/store/json-column.ts'
import { nameScopes } from '../../src/store/schema/named-scopes.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { issuerOf, managementAudience } from '../../src/tenants/tenant.ts'
import { objects } from '../support/requests.ts'
import { restartTestServer, startTestServer } from '../support/test-server.ts'

const newer = new Set(['read:signing_keys', 'create:signing_keys', 'update:signing_keys'])

test('a tenant of an older version has the scopes of this version, and the operator’s only in the default tenant; its clients keep those that are granted by name', async () => {
  const old = await startTestServer()
  const { db, site } = old.internals
  const { tenant } = await createTenant(old.internals, { name: 'two', domain: 'two.test', plan: 'free' })
  const rows = await db.selectFrom('resource_servers').selectAll().where('is_system', '=', 1).execute()
  assert.equal(rows.length, 3, 'with that of the system tenant')
  for (const { resource_server_id, data } of rows) {
    const stored = readJson<JsonObject>(data)
    const scopes = objects(stored, 'scopes').filter(({ value }) => !newer.has(String(value)))
    await db
      .updateTable('resource_servers')
      .set({ data: writeJson({ ...stored, scopes: [...scopes, { value: 'read:hooks', description: 'gone' }] }) })
      .where('resource_server_id', '=', resource_server_id)
      .execute()
  }

  // Such a version granted what is granted by name now to every client with `allow_all_scopes`.
  await db.updateTable('client_grants').set({ scope: '[]' }).execute()
  await inTransaction(db, nameScopes)
  const scopeOf = async (tenant_id: string): Promise<unknown> => {
    const of_tenant = db.selectFrom('client_grants').select('scope').where('tenant_id', '=', tenant_id)
    return readJson((await of_tenant.executeTakeFirstOrThrow()).scope)
  }
  assert.deepEqual(await scopeOf(tenant.tenant_id), ['read:outbox'])
  assert.deepEqual(await scopeOf(old.internals.tenant_id), ['read:outbox', ...operatorScopes])

  const server = await restartTestServer(old)
  try {
    const every = managementScopes.map(({ value }) => value)
    const { scope } = decodeJwt<{ scope: string }>(await server.managementToken())
    assert.deepEqual(
      scope.split(' '),
      every.filter(
        (value) => !['export:password_hashes', 'read:tenant_admins', 'update:tenant_admins'].includes(value),
      ),
    )
    const shown = objects(await server.must('GET', 'resource-servers'))
    assert.deepEqual(
      objects(shown[0], 'scopes').map(({ value }) => value),
      every,
    )
    const theirs = await resourceServerByIdentifier(
      server.internals.db,
      tenant.tenant_id,
      managementAudience(issuerOf(tenant, site.scheme)),
    )
    assert.deepEqual(
      objects(theirs?.data, 'scopes').map(({ value }) => value),
      every.filter((value) => !operatorScopes.has(value)),
    )
  } finally {
    await server.close()
  }
})
