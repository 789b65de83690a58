// `npm run bench [-- name …] [--long]`: measures the product, and oidc-provider beside it, and says which targets are met.
import { parseArgs } from 'node:util'
import { startPostgres, type TestServer } from '../tests/support/servers.ts'
import { describeMachine } from './measure/machine.ts'
import { printTable, type Table } from './measure/table.ts'
import { startYardstick, type Yardstick } from './measure/yardstick.ts'
import { eventLoop } from './scenarios/event-loop.ts'
import { firstLogin } from './scenarios/first-login.ts'
import { passwordLogin } from './scenarios/password-login.ts'
import { startAndMemory } from './scenarios/start-and-memory.ts'
import { tokens } from './scenarios/tokens.ts'
import { httpStore, postgresStore } from './subjects/legacy-store.ts'
import { startOidcProvider } from './subjects/oidc-provider.ts'
import type { Subject } from './subjects/subject.ts'
import { startWherry, type Wherry } from './subjects/wherry.ts'

/** What the scenarios share: started once, so that figures of one run stand on the same ground. */
type Field = { yardstick: Yardstick; postgres: TestServer; sqlite: Wherry; on_postgres: Wherry; other: Subject }

const scenarios: Record<string, (field: Field, long: boolean) => Promise<Table>> = {
  login: async ({ yardstick, sqlite, on_postgres, other }) =>
    await passwordLogin(
      [{ subject: sqlite, most: 1.18 }, { subject: on_postgres, most: 1.3 }, { subject: other }],
      yardstick,
    ),
  tokens: async ({ yardstick, sqlite, on_postgres, other }) =>
    await tokens([{ subject: sqlite, least: 0.6 }, { subject: on_postgres }, { subject: other }], yardstick),
  'first-login': async ({ postgres, sqlite }) => {
    const stores = [await httpStore(), await postgresStore(postgres)]
    const table = await firstLogin(sqlite, stores)
    for (const store of stores) await store.stop()
    return table
  },
  'event-loop': async ({ sqlite }) => await eventLoop(sqlite),
  start: async (_field, long) => await startAndMemory(long ? 50_000 : 5000),
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { long: { type: 'boolean' } } })
const chosen = positionals.length === 0 ? Object.keys(scenarios) : positionals
const unknown = chosen.find((name) => scenarios[name] === undefined)
if (unknown !== undefined) {
  console.error(
    `There is no scenario "${unknown}". Choose from: ${Object.keys(scenarios).join(', ')}. --long: 50,000 logins.`,
  )
  process.exit(2)
}

console.log(describeMachine())
console.log('Server CPU is of the server process alone, all threads; load and databases are processes of their own.')
const started = performance.now()
const postgres = await startPostgres()
const field: Field = {
  yardstick: await startYardstick(),
  postgres,
  sqlite: await startWherry('Wherry on SQLite'),
  on_postgres: await startWherry('Wherry on PostgreSQL', {
    database_url: (await postgres.createDatabase('wherry')).url,
  }),
  other: await startOidcProvider((await postgres.createDatabase('oidc')).url),
}
let missed = 0
for (const name of chosen) {
  const table = await scenarios[name]!(field, values.long === true)
  printTable(table)
  missed += table.figures.filter(({ met }) => met === false).length
}
for (const part of [field.sqlite, field.on_postgres, field.other, field.yardstick, field.postgres]) await part.stop()
console.log(
  `\n${Math.round((performance.now() - started) / 1000)} s; ${missed === 0 ? 'every target met' : `${missed} targets missed`}`,
)
