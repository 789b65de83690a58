// Whether memory grows with logins: once everything that grows to a working size has it, nothing may.
import { fromEverywhere, loginCallers } from '../measure/callers.ts'
import { drive } from '../measure/drive.ts'
import { fixed, mebibytes } from '../measure/numbers.ts'
import type { Figure } from '../measure/table.ts'
import { people } from '../subjects/subject.ts'
import { startWherry } from '../subjects/wherry.ts'

const growth_most = 0.05

// By then caches are full, hot code is compiled and the space for young objects has reached its bound.
const warm_up = 5000

// Memory under way goes up and down with every round of garbage collection: the highest of the last samples counts.
const samples = 10
const between_samples = 250

const start = async () => {
  const wherry = await startWherry('memory', { env: { WHERRY_TRUST_PROXY: '127.0.0.1' } })
  const callers = fromEverywhere(loginCallers(wherry, 16))
  await drive(callers, (sent) => sent >= people)
  await wherry.server.work('make hashes cheap', 1, 1)
  /** Logs in so often and tells how much was resident at most toward the end. */
  const logIn = async (times: number): Promise<number> => {
    await drive(callers, (sent) => sent >= times - samples * between_samples)
    let most_bytes = 0
    for (let nth = 0; nth < samples; nth += 1) {
      await drive(callers, (sent) => sent >= between_samples)
      most_bytes = Math.max(most_bytes, (await wherry.server.usage()).rss_bytes)
    }
    return most_bytes
  }
  return { wherry, logIn }
}

/**
 * Logs in `logins` times (at least 2,500) after a warm-up, each from an address of its own, with hashes made cheap. Resident
 * memory counts as it is under way, while no garbage is collected on purpose. What leaks inside the JavaScript heap may hide for
 * long in pages that the engine keeps in reserve, so the memory at rest and the live objects count as well: over 50,000 logins these
 * show 40 bytes a login. To bring a process to rest empties its reserve, so another one, with the same warm-up, is what they start from.
 */
export async function growthOver(logins: number): Promise<Figure[]> {
  const other = await start()
  await other.logIn(warm_up)
  const rest_before = await other.wherry.server.restingMemory()
  await other.wherry.stop()
  const { wherry, logIn } = await start()
  const before = { most_bytes: await logIn(warm_up), ...rest_before }
  const after = { most_bytes: await logIn(logins), ...(await wherry.server.restingMemory()) }
  await wherry.stop()
  const grown = (what: string, of: keyof typeof before): Figure[] => {
    const growth = after[of] / before[of] - 1
    return [
      { what: `${what} after ${warm_up} logins`, value: mebibytes(before[of]) },
      { what: `and after ${logins} more`, value: mebibytes(after[of]) },
      { what: 'growth', value: `${fixed(growth * 100, 1)} %`, target: '≤ 5 %', met: growth <= growth_most },
    ]
  }
  return [
    ...grown('most resident under way', 'most_bytes'),
    ...grown('resident at rest', 'rss_bytes'),
    ...grown('live JavaScript objects', 'heap_bytes'),
  ]
}
