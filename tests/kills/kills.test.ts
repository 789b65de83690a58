// A few of the rounds that `npm run test:long -- kill` runs a hundred of.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { figures, killRounds } from './kill-rounds.ts'
import { type LegacyService, startLegacyService } from './legacy-service.ts'
import { postgresVictim, sqliteVictim } from './victims.ts'

let legacy: LegacyService

before(async () => {
  legacy = await startLegacyService()
})
after(() => legacy?.close())

for (const { store, start, rounds } of [
  { store: 'SQLite', start: sqliteVictim, rounds: 2 },
  { store: 'PostgreSQL', start: postgresVictim, rounds: 2 },
]) {
  test(`what a server on ${store} acknowledged outlives kills, and nothing is half there`, async (t) => {
    const victim = await start(false)
    try {
      const result = await killRounds(victim, legacy, rounds, () => undefined)
      t.diagnostic(figures(result))
      assert.ok(result.people.length > rounds, 'hardly anybody did anything')
    } finally {
      await victim.close()
    }
  })
}
