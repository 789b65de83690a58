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

type Memory = { working_bytes: number; rest_bytes: number; heap_bytes: number }

/**
 * Logs in `logins` times (at least 2,500) after a warm-up, each from an address of its own, with hashes made cheap. Told apart: resident
 * memory as it is under way, with no garbage collected on purpose; what of it is left at rest; and live objects, which
 * show a leak of 40 bytes a login in 50,000 logins.
 */
export async function growthOver(logins: number): Promise<Figure[]> {
  const wherry = await startWherry('memory', { env: { WHERRY_TRUST_PROXY: '127.0.0.1' } })
  const callers = fromEverywhere(loginCallers(wherry, 16))
  const logIn = async (times: number): Promise<Memory> => {
    await drive(callers, (sent) => sent >= times - samples * between_samples)
    let working_bytes = 0
    for (let nth = 0; nth < samples; nth += 1) {
      await drive(callers, (sent) => sent >= between_samples)
      working_bytes = Math.max(working_bytes, (await wherry.server.usage()).rss_bytes)
    }
    const { rss_bytes, heap_bytes } = await wherry.server.restingMemory()
    return { working_bytes, rest_bytes: rss_bytes, heap_bytes }
  }
  try {
    await drive(callers, (sent) => sent >= people)
    await wherry.server.work('make hashes cheap', 1, 1)
    const before = await logIn(warm_up)
    const after = await logIn(logins)
    const grown = (what: string, of: keyof Memory): Figure[] => {
      const growth = after[of] / before[of] - 1
      return [
        { what: `${what} after ${warm_up} logins`, value: mebibytes(before[of]) },
        { what: `and after ${logins} more`, value: mebibytes(after[of]) },
        { what: 'growth', value: `${fixed(growth * 100, 1)} %`, target: '≤ 5 %', met: growth <= growth_most },
      ]
    }
    return [
      ...grown('most resident under way', 'working_bytes'),
      ...grown('resident at rest', 'rest_bytes'),
      ...grown('live JavaScript objects', 'heap_bytes'),
    ]
  } finally {
    await wherry.stop()
  }
}
