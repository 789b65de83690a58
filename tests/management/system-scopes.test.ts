import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { JsonObject } from '../../src/base/json.ts'
import { resourceServerByIdentifier } from '../../src/clients/resource-server.ts'
import { managementScopes, operatorScopes } from '../../src/contract/management-scopes.ts'
import { readJson, writeJson } from '../../src/store/json-column.ts'
import { createTenant } from '../../src/tenants/create-tenant.ts'
import { issuerOf, managementAudience } from '../../src/tenants/tenant.ts'
import { objects, startHouse } from '../support/house.ts'

const newer = new Set(['read:signing_keys', 'create:signing_keys', 'update:signing_keys'])

test('a tenant that an older version made has the scopes of this one, and the operator’s only where they belong', async () => {
  const old = await startHouse({ keep_data: true })
  const { db, site } = old.house
  const { tenant } = await createTenant(old.house, { name: 'two', domain: 'two.test', plan: 'free' })
  const rows = await db.selectFrom('resource_servers').selectAll().where('is_system', '=', 1).execute()
  assert.equal(rows.length, 2)
  for (const { resource_server_id, data } of rows) {
    const stored = readJson<JsonObject>(data)
    const scopes = objects(stored, 'scopes').filter(({ value }) => !newer.has(String(value)))
    await db
      .updateTable('resource_servers')
      .set({ data: writeJson({ ...stored, scopes: [...scopes, { value: 'read:hooks', description: 'gone' }] }) })
      .where('resource_server_id', '=', resource_server_id)
      .execute()
  }
  await old.close()

  const house = await startHouse({
    data_dir: old.data_dir,
    env: { WHERRY_PORT: String(old.port), WHERRY_PUBLIC_URL: old.issuer },
  })
  try {
    const every = managementScopes.map(({ value }) => value)
    const { scope } = decodeJwt<{ scope: string }>(await house.managementToken())
    assert.deepEqual(scope.split(' '), every)
    const shown = objects(await house.must('GET', 'resource-servers'))
    assert.deepEqual(
      objects(shown[0], 'scopes').map(({ value }) => value),
      every,
    )
    const theirs = await resourceServerByIdentifier(
      house.house.db,
      tenant.tenant_id,
      managementAudience(issuerOf(tenant, site.scheme)),
    )
    assert.deepEqual(
      objects(theirs?.data, 'scopes').map(({ value }) => value),
      every.filter((value) => !operatorScopes.has(value)),
    )
  } finally {
    await house.close()
  }
})
