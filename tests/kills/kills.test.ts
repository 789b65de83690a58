// A few of the rounds that `npm run test:long -- kill` runs a hundred of.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figures, killRounds } from './kill-rounds.ts'
import { postgresTarget, sqliteTarget } from './kill-targets.ts'

for (const { store, start, rounds } of [
  { store: 'SQLite', start: sqliteTarget, rounds: 1 },
  { store: 'PostgreSQL', start: postgresTarget, rounds: 2 },
]) {
  test(`what a server on ${store} acknowledged survives kills, and the store stays consistent`, async (t) => {
    const result = await killRounds(await start(), rounds)
    t.diagnostic(figures(result))
    assert.ok(result.users.length > 2, 'the workload created too few users')
  })
}
