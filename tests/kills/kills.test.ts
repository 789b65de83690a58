// One of each kind of kill; `npm run test:long -- kill` runs a hundred rounds of each.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figures, killRounds } from './kill-rounds.ts'
import { postgresTarget, sqliteTarget } from './kill-targets.ts'

for (const { what, start, first } of [
  { what: 'a server on SQLite acknowledged survives a kill of the server', start: sqliteTarget, first: 0 },
  { what: 'a server on PostgreSQL acknowledged survives a kill of PostgreSQL', start: postgresTarget, first: 1 },
]) {
  test(`what ${what}, and the store stays consistent`, async (t) => {
    const result = await killRounds(await start(), { first, count: 1 })
    t.diagnostic(figures(result))
    assert.ok(result.users.length > 2, 'the workload created too few users')
  })
}
