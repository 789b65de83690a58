import { defined } from '../../base/defined.ts'
import { isSignInTest } from '../../base/sign-in-test-id.ts'
import { sign_in_test_name } from '../../clients/sign-in-test.ts'
import type { Connection } from '../../connections/connection.ts'
import { loginScript } from '../../connections/script-matrix.ts'
import type { MigrationLogins } from '../../contract/migration-progress.ts'
import { readCallsOfDay } from '../../logs/script-call-stats.ts'
import { readLoginCounts } from '../../store/login-counts.ts'
import type { Db } from '../../store/tables.ts'

const clients_max = 100

type Counted = { outcome: string; logins: number }

/** Logins by outcome. */
export function loginsByOutcome(counted: readonly Counted[]): Record<string, number> {
  const by_outcome: Record<string, number> = {}
  for (const { outcome, logins } of counted) by_outcome[outcome] = (by_outcome[outcome] ?? 0) + logins
  return by_outcome
}

const sumOf = (counted: readonly Counted[]): number => counted.reduce((sum, { logins }) => sum + logins, 0)

/** The logins of a connection on a day, by client and outcome, and how often they ran its script. @param day `YYYY-MM-DD` in UTC */
export async function countLogins(
  db: Db,
  of: Pick<Connection, 'tenant_id' | 'connection_id' | 'options'>,
  day: string,
): Promise<MigrationLogins> {
  const { tenant_id, connection_id } = of
  const script = loginScript(of)
  const counted = await readLoginCounts(db, { tenant_id, connection_id, day })
  // Each sign-in test has a client_id of its own.
  const clientOf = ({ client_id }: { client_id: string }): string =>
    isSignInTest(client_id) ? sign_in_test_name : client_id
  const by_client = [...Map.groupBy(counted, clientOf)].toSorted(([, one], [, other]) => sumOf(other) - sumOf(one))
  const listed = by_client.slice(0, clients_max)
  const names = await namesOf(
    db,
    tenant_id,
    listed.map(([client_id]) => client_id),
  )
  return {
    day,
    outcomes: loginsByOutcome(counted),
    clients: listed.map(([client_id, of_client]) => ({
      outcomes: loginsByOutcome(of_client),
      ...(client_id === sign_in_test_name
        ? { client_name: sign_in_test_name }
        : defined({ client_id: client_id === '' ? undefined : client_id, client_name: names.get(client_id) })),
    })),
    more_clients: by_client.length - listed.length,
    legacy_calls: { script, calls: await readCallsOfDay(db, of, { script, day }) },
  }
}

async function namesOf(db: Db, tenant_id: string, client_ids: string[]): Promise<Map<string, string>> {
  if (client_ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('clients')
    .select(['client_id', 'name'])
    .where('tenant_id', '=', tenant_id)
    .where('client_id', 'in', client_ids)
    .execute()
  return new Map(rows.map(({ client_id, name }) => [client_id, name]))
}
