// The time that five rules add to a login whose sandbox process is warm.
import { Agent } from 'node:http'
import { requireSuccess, sendRequest, sendRequests } from '../measure/run-load.ts'
import { median, ms, quantile } from '../measure/statistics.ts'
import type { Table } from '../measure/table.ts'
import { cheapUser, user_count } from '../servers/bench-users.ts'
import { startWherry, type Wherry } from '../servers/wherry.ts'
import { cheapLoginWorkers } from './load-workers.ts'

const warm_up = 2000
const rounds = 30
const logins_per_round = 20
const max_added_ms = 2

// What rules of tenants do most: read the profile and the configuration, decide, add claims.
const rules = [
  'if (!user.email) return callback(new UnauthorizedError("An address is needed.")); callback(null, user, context)',
  "context.idToken['https://bench.example/email'] = user.email; callback(null, user, context)",
  "context.accessToken['https://bench.example/client'] = context.clientName; callback(null, user, context)",
  "global.hosts = global.hosts || ['bench']; context.idToken['https://bench.example/known'] = global.hosts.includes(context.connection); callback(null, user, context)",
  "Promise.resolve(context.stats.loginsCount).then((count) => { context.idToken['https://bench.example/count'] = count; callback(null, user, context) })",
]

/** Measures password logins of users whose hashes are cheap to verify, one at a time, in alternating rounds of two servers. */
export async function rulesAdded(): Promise<Table> {
  const servers: { wherry: Wherry; durations_ms: number[] }[] = []
  const agent = new Agent({ keepAlive: true })
  try {
    for (const name of ['no rules', 'five rules']) servers.push({ wherry: await startWherry(name), durations_ms: [] })
    for (const [nth, body] of rules.entries())
      await servers[1]?.wherry.createRule(`rule ${nth}`, `function (user, context, callback) { ${body} }`)
    for (const { wherry } of servers) await sendRequests(cheapLoginWorkers(wherry, 4), warm_up)
    for (let round = 0; round < rounds; round += 1) {
      for (const { wherry, durations_ms } of servers) {
        for (let nth = 0; nth < logins_per_round; nth += 1) {
          const user = cheapUser((round * logins_per_round + nth) % user_count)
          const response = await sendRequest(agent, wherry.login(user, 'openid'))
          requireSuccess(response)
          durations_ms.push(response.duration_ms)
        }
      }
    }
  } finally {
    agent.destroy()
    for (const { wherry } of servers) await wherry.stop()
  }
  const [none, five] = servers.map(({ durations_ms }) => durations_ms)
  const added_ms = median(five ?? []) - median(none ?? [])
  return {
    title: 'A login by password, one at a time',
    figures: [
      { label: 'no rules: median, p95', value: `${ms(median(none ?? []))}, ${ms(quantile(none ?? [], 0.95))}` },
      { label: 'five rules: median, p95', value: `${ms(median(five ?? []))}, ${ms(quantile(five ?? [], 0.95))}` },
      {
        label: '  added to the median',
        value: ms(added_ms),
        target: { text: `≤ ${ms(max_added_ms)}`, met: added_ms <= max_added_ms },
      },
    ],
  }
}
