// Kills the server, or the database under it, while users move, sign up, reset passwords, refresh and are deleted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { figures, killRounds } from '../kills/kill-rounds.ts'
import { postgresTarget, sqliteTarget } from '../kills/kill-targets.ts'

const rounds = Number(process.env['WHERRY_TEST_ROUNDS'] ?? 100)

test(`${rounds} kills of a server on SQLite lose nothing that was acknowledged, and the store stays consistent`, async (t) => {
  const result = await killRounds(await sqliteTarget(), { first: 0, count: rounds }, console.log)
  t.diagnostic(figures(result))
  assert.ok(result.users.length > rounds, 'the workload created too few users')
})

test(`${rounds} kills of a server on PostgreSQL and ${rounds} of PostgreSQL lose nothing that was acknowledged`, async (t) => {
  const result = await killRounds(await postgresTarget(), { first: 0, count: rounds * 2 }, console.log)
  t.diagnostic(figures(result))
  assert.ok(result.users.length > rounds, 'the workload created too few users')
})
