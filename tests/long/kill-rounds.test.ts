// Kills the server, and the database under it, while people move, sign up, reset, refresh and are deleted.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { figures, killRounds } from '../kills/kill-rounds.ts'
import { type LegacyService, startLegacyService } from '../kills/legacy-service.ts'
import { postgresVictim, sqliteVictim } from '../kills/victims.ts'

const rounds = Number(process.env['WHERRY_TEST_ROUNDS'] ?? 100)

let legacy: LegacyService

before(async () => {
  legacy = await startLegacyService()
})
after(() => legacy?.close())

test(`${rounds} kills of a server on SQLite lose nothing that was acknowledged and leave nothing half there`, async (t) => {
  const victim = await sqliteVictim(true)
  try {
    const result = await killRounds(victim, legacy, rounds, console.log)
    t.diagnostic(figures(result))
    assert.ok(result.people.length > rounds, 'hardly anybody did anything')
  } finally {
    await victim.close()
  }
})

test(`${rounds} kills of a server on PostgreSQL and ${rounds} of PostgreSQL itself lose and halve nothing either`, async (t) => {
  const victim = await postgresVictim(true)
  try {
    const result = await killRounds(victim, legacy, rounds * 2, console.log)
    t.diagnostic(figures(result))
    assert.ok(result.people.length > rounds, 'hardly anybody did anything')
  } finally {
    await victim.close()
  }
})
