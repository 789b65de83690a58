// The steps of the demo, one per file, in the order of demo/main.ts. They use public interfaces only: HTTP for Wherry, SQL for the
// legacy store.
import type { RunningServers } from '../demo-context.ts'
import { startLegacyStore, type LegacyStore } from '../legacy-store.ts'
import { legacyTableDigest, queryLegacyStore } from '../legacy-table.ts'
import type { Report } from '../report.ts'
import { launchWherry, type WherryServer } from '../wherry-server.ts'

/** The servers started so far, to be stopped at the end or after an interrupt. */
export type StartedServers = { store?: LegacyStore; wherry?: WherryServer }

/** Starts the legacy store and Wherry at the same time, with Wherry's data in `folder`. */
export async function startServers(report: Report, folder: string, started: StartedServers): Promise<RunningServers> {
  report.section('The legacy table')
  report.paragraph(
    'A company stores 1,000 users in a PostgreSQL table. Over the years their passwords were hashed in three formats, ' +
      'so they cannot be read, and the company does not want to ask 1,000 users for new passwords. ' +
      'Both servers start now, on this machine.',
  )
  const started_at = performance.now()
  const timed = async <T>(start: Promise<T>): Promise<{ server: T; ms: number }> => {
    const server = await start
    return { server, ms: performance.now() - started_at }
  }
  started.wherry = launchWherry(folder)
  const [legacy, wherry] = await Promise.all([
    timed(startLegacyStore().then((store) => (started.store = store))),
    timed(started.wherry.ready()),
  ])
  const store = legacy.server
  report.step({ subject: 'legacy store', action: 'PostgreSQL', result: `127.0.0.1:${store.port}`, ms: legacy.ms })
  report.step({ subject: 'Wherry', action: 'empty store', result: new URL(wherry.server.issuer).host, ms: wherry.ms })
  report.paragraph(`Three of the ${store.users().length.toLocaleString('en')} rows:`)
  report.table([['id', 'email', 'password_hash'], ...(await firstRows(store))])
  const table_digest = await legacyTableDigest(store)
  return { report, store, wherry: wherry.server, table_digest, queries_before: store.queries() }
}

async function firstRows(store: LegacyStore): Promise<string[][]> {
  const rows = await queryLegacyStore<{ id: number; email: string; password_hash: string }>(
    store,
    'select id, email, password_hash from users order by id limit 3',
  )
  return rows.map(({ id, email, password_hash }) => [String(id), email, `${password_hash.slice(0, 44)}…`])
}
