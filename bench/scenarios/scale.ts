// Lists, searches and logins on stores with many users, five events per user, and one migration record per user.
import { sql } from 'kysely'
import { openStore, type StoreTarget } from '../../src/store/open-store.ts'
import { fillStore } from '../../tests/support/fill-store.ts'
import { bearer } from '../../tests/support/requests.ts'
import { startServerProcess, type ServerProcess } from '../../tests/support/server-process.ts'
import type { DatabaseServer } from '../../tests/support/servers.ts'
import { addressOf, createTenantApi, type TenantApi } from '../../tests/support/tenant-api.ts'
import { median, ms, quantile } from '../measure/statistics.ts'
import type { Figure, Table } from '../measure/table.ts'

const day_s = 86_400
const events_per_user = 5
const logins = 200
// Each user logs in again when the last login has ended. A single user's logins would wait for one row.
const users_at_once = 2
const password = 'Right-Password-1'
const emailOf = (nth: number): string => `login-${nth}@scale.example`

const readings = 3

const lists: Record<string, string> = {
  'users, page 1': 'users?per_page=50',
  'users, page 20, with totals': 'users?per_page=50&page=19&include_totals=true',
  'users by last login': 'users?sort=last_login:-1',
  'users by number of logins': 'users?sort=logins_count:-1',
  'users by e-mail address': 'users-by-email?email=user77@filled.example',
  'search for an e-mail address': 'users?q=email:user77@filled.example',
  'search for a prefix': 'users?q=email:user7*&include_totals=true',
  'search for metadata': 'users?q=app_metadata.plan:absent',
  'records with a prefix': 'migrations/:connection/records?q=user77',
  'records with an outcome': 'migrations/:connection/records?outcome=collision',
  'events, page 1': 'logs',
  'events of a day': 'logs?q=date:2025-01-01',
  'events with a detail': 'logs?q=details.note:y%20AND%20type:fp',
}
const slow_search = 'users?q=app_metadata.plan:absent%20OR%20app_metadata.seats:99&sort=name:1'

type Scaled = { server: ServerProcess; tenant: TenantApi; connection_id: string; login(nth: number): Promise<void> }

/** Starts a server with users who log in, and fills its store while it is stopped. */
async function startScaled(users: number, database_url: string | undefined): Promise<Scaled> {
  const env = database_url === undefined ? {} : { DATABASE_URL: database_url }
  const server = await startServerProcess({ env: { ...env, WHERRY_REQUESTS_PER_SECOND: '100000' } })
  const tenant = createTenantApi(addressOf(server.firstRun()))
  const client = await tenant.createClient()
  const connection_id = await tenant.createConnection('filled', {}, [client])
  for (let nth = 0; nth < users_at_once; nth += 1) await tenant.createUser('filled', { email: emailOf(nth), password })
  await server.stop()
  const target: StoreTarget =
    database_url === undefined
      ? { engine: 'sqlite', folder: server.data_dir }
      : { engine: 'postgres', url: database_url, connections: 1, onConnectionError: () => undefined }
  const db = await openStore(target)
  const { tenant_id } = await db
    .selectFrom('connections')
    .select('tenant_id')
    .where('connection_id', '=', connection_id)
    .executeTakeFirstOrThrow()
  const events = users * events_per_user
  const days = Math.ceil(events / day_s)
  await fillStore(db, { tenant_id, connection_id, users, days, events_per_day: Math.ceil(events / days) })
  if (database_url !== undefined) await sql`analyze`.execute(db)
  await db.destroy()
  await server.start()
  const login = async (nth: number): Promise<void> => {
    const { status, text } = await tenant.login(client, 'filled', emailOf(nth), password)
    if (status !== 200) throw new Error(`a login answered ${status}: ${text}`)
  }
  return { server, tenant, connection_id, login }
}

/** The latencies of logins of several users at once. */
async function loginLatencies(login: (nth: number) => Promise<void>): Promise<number[]> {
  const latencies: number[] = []
  const work = async (_: unknown, nth: number): Promise<void> => {
    while (latencies.length < logins) {
      const began = performance.now()
      await login(nth)
      latencies.push(performance.now() - began)
    }
  }
  await Promise.all(Array.from({ length: users_at_once }, work))
  return latencies
}

const isSearchTimeout = (text: string): boolean => text.includes('"search_timeout"')

async function measureLists({ tenant, connection_id }: Scaled): Promise<Figure[]> {
  const figures: Figure[] = []
  const headers = bearer(await tenant.managementToken())
  for (const [label, path] of Object.entries(lists)) {
    const times: number[] = []
    let timeouts = 0
    for (let nth = 0; nth < readings; nth += 1) {
      const began = performance.now()
      const { status, text } = await tenant.send(`/api/v2/${path.replace(':connection', connection_id)}`, { headers })
      times.push(performance.now() - began)
      if (isSearchTimeout(text)) timeouts += 1
      else if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`)
    }
    const refused = timeouts === 0 ? '' : ` (${timeouts} of ${readings} refused: took too long)`
    figures.push({ label: `  ${label}`, value: `${ms(median(times))}${refused}` })
  }
  return figures
}

async function measureLogins({ tenant, login }: Scaled): Promise<Figure[]> {
  const headers = bearer(await tenant.managementToken())
  await loginLatencies(login)
  const alone = await loginLatencies(login)
  let searching = true
  let [searches, timeouts] = [0, 0]
  const search = (async () => {
    for (; searching; searches += 1) {
      const { status, text } = await tenant.send(`/api/v2/${slow_search}`, { headers })
      if (isSearchTimeout(text)) timeouts += 1
      else if (status !== 200) throw new Error(`the search answered ${status}: ${text}`)
    }
  })()
  const beside = await loginLatencies(login)
  searching = false
  await search
  const [p99_alone, p99_beside] = [quantile(alone, 0.99), quantile(beside, 0.99)]
  const max_ms = Math.max(1.5 * p99_alone, p99_alone + 50)
  return [
    { label: '  logins alone, p50 / p99', value: `${ms(median(alone))} / ${ms(p99_alone)}` },
    { label: `  beside a slow search (${searches} ran, ${timeouts} took too long), p50`, value: ms(median(beside)) },
    {
      label: '  beside a slow search, p99',
      value: ms(p99_beside),
      target: { text: `≤ ${ms(max_ms)}`, met: p99_beside <= max_ms },
    },
  ]
}

/** Measures both engines with 1,000 and 100,000 users, with `long` also with a million. */
export async function scale(postgres: DatabaseServer, long: boolean): Promise<Table> {
  const figures: Figure[] = []
  for (const users of [1000, 100_000, ...(long ? [1_000_000] : [])]) {
    for (const engine of ['SQLite', 'PostgreSQL']) {
      const url = engine === 'SQLite' ? undefined : (await postgres.createDatabase(`scale_${users}`)).url
      const scaled = await startScaled(users, url)
      const title = `${engine}, ${users.toLocaleString('en')} users`
      try {
        const measured = [...(await measureLists(scaled)), ...(await measureLogins(scaled))]
        // A long run that is cut short keeps the figures it has.
        for (const { label, value } of measured) console.error(`${title}: ${label.trim()}: ${value}`)
        figures.push({ label: title, value: '' }, ...measured)
      } finally {
        await scaled.server.stop()
      }
    }
  }
  return { title: 'Lists, searches and logins on filled stores', figures }
}
