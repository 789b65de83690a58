// The comparison of this checkout with a commit, on each kind of store.
import { startPostgres } from '../../tests/support/servers.ts'
import { pair_count } from '../measure/ratio-interval.ts'
import { printTable } from '../measure/table.ts'
import { startWherry, type Wherry, type WherryOptions } from '../servers/wherry.ts'
import { checkOut, describeWorkTree, resolveCommit } from './checkout.ts'
import { compareVersions } from './compare-versions.ts'
import { workloads } from './workloads.ts'

/**
 * Compares the workloads of these scenarios and prints a table for each store. Answers how many intervals are not below the limit.
 *
 * @throws {CheckoutError} when the commit cannot be checked out
 */
export async function runComparison(scenarios: string[], against: string): Promise<number> {
  const commit = resolveCommit(against)
  const root = checkOut(commit)
  console.log(`New: this checkout, ${describeWorkTree()}. Old: ${commit.slice(0, 7)}.`)
  console.log(`95 % confidence intervals: Student's t on the log ratios of ${pair_count} paired rounds.`)
  const startOld = async (options: WherryOptions): Promise<Wherry> => {
    try {
      return await startWherry('old', { ...options, root })
    } catch (error) {
      throw new Error(`The server of ${against} cannot be measured`, { cause: error })
    }
  }
  const postgres = await startPostgres()
  const databaseUrl = async (name: string): Promise<string> => (await postgres.createDatabase(name)).url
  const stores = [
    { store: 'SQLite', old_store: {}, new_store: {} },
    {
      store: 'PostgreSQL',
      old_store: { database_url: await databaseUrl('old') },
      new_store: { database_url: await databaseUrl('new') },
    },
  ]
  let missed = 0
  for (const { store, old_store, new_store } of stores) {
    const old_version = await startOld(old_store)
    const new_version = await startWherry('new', new_store)
    const chosen = scenarios.flatMap((name) => workloads[name] ?? [])
    const table = await compareVersions(chosen, { store, old_version, new_version })
    await old_version.stop()
    await new_version.stop()
    printTable(table)
    missed += table.figures.filter(({ target }) => target?.met === false).length
  }
  await postgres.stop()
  return missed
}
