import { legacyUser, type DemoContext } from '../demo-context.ts'
import { listAt, textAt, valueAt } from '../json-path.ts'
import { legacyTableDigest } from '../legacy-table.ts'
import { callManagementApi } from '../management-api.ts'
import { counted } from '../report.ts'

function timeOfDay(iso_time: string): string {
  return iso_time.slice(11, 23)
}

async function rowOf(context: DemoContext, record: unknown): Promise<string[]> {
  const path = `migrations/${context.connection_id}/records/${textAt(record, 'record_id')}`
  const { body } = await callManagementApi(context, path)
  const history = listAt(body, 'history').map((event) => textAt(event, 'outcome') || textAt(event, 'to_state'))
  return [
    textAt(record, 'email'),
    timeOfDay(textAt(record, 'migrated_at')),
    textAt(record, 'migrated_through'),
    history.join(' → '),
  ]
}

async function movedUsers(context: DemoContext): Promise<string[][]> {
  const { body } = await callManagementApi(context, `migrations/${context.connection_id}/records`, {
    query: { state: 'migrated', take: '100' },
  })
  const records = listAt(body, 'records').toSorted((one, other) =>
    textAt(one, 'migrated_at').localeCompare(textAt(other, 'migrated_at')),
  )
  return await Promise.all(records.map(async (record) => await rowOf(context, record)))
}

/** The migration ledger: which users moved, when, and by what. The legacy table is unchanged. */
export async function ledger(context: DemoContext): Promise<void> {
  const { report, store, connection_id } = context
  report.section('The migration ledger')
  const rows = await movedUsers(context)
  report.table([['user', 'moved (UTC)', 'through', 'history'], ...rows])
  const { body } = await callManagementApi(context, `migrations/${connection_id}`)
  const migrated = valueAt(body, 'states', 'migrated')
  const users = valueAt(body, 'users')
  const expected = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => legacyUser(context, id).email)
  report.step({
    subject: 'GET /api/v2/migrations/…',
    action: 'totals',
    result: `${String(migrated)} moved, ${String(users)} users`,
    checks: {
      'users who moved': { actual: rows.map(([email = '']) => email).toSorted(), expected: expected.toSorted() },
      'records in the state migrated': { actual: migrated, expected: 8 },
      users: { actual: users, expected: 8 },
    },
  })
  const queries = store.queriesSince(context.queries_before)
  const digest = await legacyTableDigest(store)
  report.step({
    subject: 'the legacy table',
    action: digest === context.table_digest ? 'unchanged' : 'changed',
    result: counted(queries, 'query', 'queries'),
    checks: { 'digest of the table': { actual: digest, expected: context.table_digest } },
  })
  const total = store.users().length.toLocaleString('en')
  report.paragraph(`${rows.length} of ${total} users have moved. The others move at their next login.`)
}
