/**
 * Scenarios: what is measured on this checkout, and the target of each figure. Nothing here compares with other commits.
 */
import { startPostgres, type DatabaseServer } from '../../tests/support/servers.ts'
import { type Baseline, startBaseline } from '../baseline/baseline.ts'
import { printTable, type Table } from '../measure/table.ts'
import { createPostgresStore, startHttpStore } from '../servers/legacy-store.ts'
import { startOidcProvider } from '../servers/oidc-provider.ts'
import type { ServerUnderTest } from '../servers/server-under-test.ts'
import { startWherry, type Wherry } from '../servers/wherry.ts'
import { codeFlow } from './code-flow.ts'
import { eventLoop } from './event-loop.ts'
import { neighbours } from '../neighbours/neighbours.ts'
import { firstLogin } from './first-login.ts'
import { passwordLogin } from './password-login.ts'
import { rulesAdded } from './rules.ts'
import { scale } from './scale.ts'
import { scriptCall } from './script-call.ts'
import { startAndMemory } from './start-and-memory.ts'
import { tokens } from './tokens.ts'

/** `long`: larger scenarios; `attacks`: parts of the names of those that the scenario neighbours runs, or none for all. */
type Choice = { long: boolean; attacks: string[] }

type Servers = {
  baseline: Baseline
  postgres: DatabaseServer
  wherry_on_sqlite: Wherry
  wherry_on_postgres: Wherry
  oidc_provider: ServerUnderTest
}

const scenarios: Record<string, (servers: Servers, long: boolean) => Promise<Table>> = {
  login: async ({ baseline, wherry_on_sqlite, wherry_on_postgres, oidc_provider }) =>
    await passwordLogin(
      [
        { server: wherry_on_sqlite, max_ratio: 1.18 },
        { server: wherry_on_postgres, max_ratio: 1.3 },
        { server: oidc_provider },
      ],
      baseline,
    ),
  tokens: async ({ baseline, wherry_on_sqlite, wherry_on_postgres, oidc_provider }) =>
    await tokens(
      [{ server: wherry_on_sqlite, min_share: 0.6 }, { server: wherry_on_postgres }, { server: oidc_provider }],
      baseline,
    ),
  'first-login': async ({ postgres, wherry_on_sqlite }) => {
    const stores = [await startHttpStore(), await createPostgresStore(postgres)]
    try {
      return await firstLogin(wherry_on_sqlite, stores)
    } finally {
      for (const store of stores) await store.stop()
    }
  },
  'event-loop': async ({ wherry_on_sqlite }) => await eventLoop(wherry_on_sqlite),
  scale: async ({ postgres }, long) => await scale(postgres, long),
  start: async (_servers, long) => await startAndMemory(long ? 50_000 : 5000),
}

/** Scenarios that start what they need themselves. */
const standalone: Record<string, (choice: Choice) => Promise<Table>> = {
  'script-call': scriptCall,
  'code-flow': codeFlow,
  rules: rulesAdded,
  neighbours: async ({ attacks }) => await neighbours(attacks),
}

/** The names of all scenarios. */
export const scenario_names = [...Object.keys(scenarios), ...Object.keys(standalone)]

function printAndCount(table: Table): number {
  printTable(table)
  return table.figures.filter(({ target }) => target?.met === false).length
}

/** Runs scenarios and prints their tables. Answers how many targets are missed. */
export async function runScenarios(names: string[], choice: Choice): Promise<number> {
  const shared = names.filter((name) => name in scenarios)
  let missed = shared.length === 0 ? 0 : await runOnSharedServers(shared, choice.long)
  for (const name of names) if (standalone[name]) missed += printAndCount(await standalone[name](choice))
  return missed
}

async function runOnSharedServers(names: string[], long: boolean): Promise<number> {
  const started: { stop(): Promise<void> }[] = []
  const keep = <T extends { stop(): Promise<void> }>(server: T): T => {
    started.push(server)
    return server
  }
  try {
    const postgres = keep(await startPostgres())
    const servers: Servers = {
      postgres,
      baseline: keep(await startBaseline()),
      wherry_on_sqlite: keep(await startWherry('Wherry on SQLite')),
      wherry_on_postgres: keep(
        await startWherry('Wherry on PostgreSQL', { database_url: (await postgres.createDatabase('wherry')).url }),
      ),
      oidc_provider: keep(await startOidcProvider((await postgres.createDatabase('oidc')).url)),
    }
    let missed = 0
    for (const name of names) missed += printAndCount(await scenarios[name]!(servers, long))
    return missed
  } finally {
    // The latest first: PostgreSQL stops after the servers that use it.
    for (const server of started.toReversed()) await server.stop()
  }
}
