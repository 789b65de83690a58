import { readJson } from '../json-column.ts'
import type { Transaction } from '../tables.ts'
import { required } from './required.ts'

/** Adds the versions of scripts. The sealed sources of each connection become its first versions, unchanged. */
export async function addScriptVersions(trx: Transaction): Promise<void> {
  await trx.schema
    .createTable('script_versions')
    .addColumn('tenant_id', 'text', required)
    .addColumn('connection_id', 'text', required)
    .addColumn('script', 'text', required)
    .addColumn('version', 'bigint', required)
    .addColumn('source_sealed', 'text', required)
    .addColumn('saved_at', 'bigint', required)
    .addColumn('saved_through', 'text', required)
    .addColumn('client_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('user_name', 'text')
    .addColumn('restored_from', 'bigint')
    .addPrimaryKeyConstraint('script_versions_key', ['tenant_id', 'connection_id', 'script', 'version'])
    .execute()
  const tenants = await trx.selectFrom('tenants').select('tenant_id').execute()
  for (const { tenant_id } of tenants) {
    const connections = await trx
      .selectFrom('connections')
      .select(['connection_id', 'version', 'scripts_sealed', 'updated_at'])
      .where('tenant_id', '=', tenant_id)
      .execute()
    for (const { connection_id, version, scripts_sealed, updated_at } of connections) {
      const sealed = Object.entries(readJson<Record<string, string>>(scripts_sealed))
      if (sealed.length === 0) continue
      const rows = sealed.map(([script, source_sealed]) => ({
        tenant_id,
        connection_id,
        script,
        version,
        source_sealed,
        saved_at: updated_at,
        saved_through: 'upgrade',
        client_id: null,
        user_id: null,
        user_name: null,
        restored_from: null,
      }))
      await trx.insertInto('script_versions').values(rows).execute()
    }
  }
}
