/**
 * Scenarios: what is measured on this checkout, and the target of each figure. They do not know the comparison with other commits.
 */
import { startPostgres, type TestServer } from '../../tests/support/servers.ts'
import { type Baseline, startBaseline } from '../baseline/baseline.ts'
import { printTable, type Table } from '../measure/table.ts'
import { createPostgresStore, startHttpStore } from '../servers/legacy-store.ts'
import { startOidcProvider } from '../servers/oidc-provider.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'
import { startWherry, type Wherry } from '../servers/wherry.ts'
import { eventLoop } from './event-loop.ts'
import { firstLogin } from './first-login.ts'
import { passwordLogin } from './password-login.ts'
import { startAndMemory } from './start-and-memory.ts'
import { tokens } from './tokens.ts'

type Servers = {
  baseline: Baseline
  postgres: TestServer
  sqlite: Wherry
  on_postgres: Wherry
  oidc_provider: ServerUnderTest
}

const scenarios: Record<string, (servers: Servers, long: boolean) => Promise<Table>> = {
  login: async ({ baseline, sqlite, on_postgres, oidc_provider }) =>
    await passwordLogin(
      [{ server: sqlite, max_ratio: 1.18 }, { server: on_postgres, max_ratio: 1.3 }, { server: oidc_provider }],
      baseline,
    ),
  tokens: async ({ baseline, sqlite, on_postgres, oidc_provider }) =>
    await tokens([{ server: sqlite, min_share: 0.6 }, { server: on_postgres }, { server: oidc_provider }], baseline),
  'first-login': async ({ postgres, sqlite }) => {
    const stores = [await startHttpStore(), await createPostgresStore(postgres)]
    const table = await firstLogin(sqlite, stores)
    for (const store of stores) await store.stop()
    return table
  },
  'event-loop': async ({ sqlite }) => await eventLoop(sqlite),
  start: async (_servers, long) => await startAndMemory(long ? 50_000 : 5000),
}

/** The names of all scenarios. */
export const scenario_names = Object.keys(scenarios)

/** Runs scenarios on the same servers and prints their tables. Answers how many targets are missed. */
export async function runScenarios(names: string[], long: boolean): Promise<number> {
  const postgres = await startPostgres()
  const servers: Servers = {
    baseline: await startBaseline(),
    postgres,
    sqlite: await startWherry('Wherry on SQLite'),
    on_postgres: await startWherry('Wherry on PostgreSQL', {
      database_url: (await postgres.createDatabase('wherry')).url,
    }),
    oidc_provider: await startOidcProvider((await postgres.createDatabase('oidc')).url),
  }
  let missed = 0
  for (const name of names) {
    const table = await scenarios[name]!(servers, long)
    printTable(table)
    missed += table.figures.filter(({ met }) => met === false).length
  }
  for (const server of Object.values(servers)) await server.stop()
  return missed
}
