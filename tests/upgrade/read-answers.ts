import { objects, textMember, type Json, type JsonObject } from '../tour/json.ts'
import type { TenantApi } from '../tour/tenant-api.ts'
import type { OldStore } from './old-store.ts'

/** What a server answers about its store. */
export async function readAnswers(api: TenantApi, legacy: string): Promise<OldStore['answers']> {
  const list = async (path: string, name?: string) => objects(await api.must('GET', path), name)
  const records = await list(`migrations/${legacy}/records?take=100`, 'records')
  const ledger = records.map((record) =>
    api.must('GET', `migrations/${legacy}/records/${textMember(record, 'record_id')}`),
  )
  const keys = await list('keys/signing')
  return {
    users: await list('users?per_page=100&sort=user_id:1'),
    clients: byId(await list('clients?per_page=100'), 'client_id'),
    connections: byId(await list('connections?per_page=100'), 'id'),
    migration: migrationOf(await api.must('GET', `migrations/${legacy}`)),
    ledger: byId(objects(await Promise.all(ledger)), 'record_id'),
    outbox: await list('outbox'),
    script_logs: await list(`connections/${legacy}/script-logs?take=100`, 'script_logs'),
    kids: keys.map((key) => textMember(key, 'kid')).toSorted(),
  }
}

function byId(items: JsonObject[], name: string): JsonObject[] {
  return items.toSorted((one, other) => (textMember(one, name) < textMember(other, name) ? -1 : 1))
}

/** Health looks back a quarter of an hour, and days are counted back from today: neither is the store's. */
function migrationOf(summary: Json): JsonObject {
  const { health: _health, days: _days, ...rest } = summary as JsonObject
  return rest
}
