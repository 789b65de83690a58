// More logins than the machine can hash: some are answered in bounded time, the others are refused at once with Retry-After, and
// the server recovers within a second.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { Agent, get } from 'node:http'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendRequest, sendRequests, type LoadResponse } from '../../bench/measure/run-load.ts'
import { quantile } from '../../bench/measure/statistics.ts'
import { loginWorkers } from '../../bench/scenarios/load-workers.ts'
import { benchUser, user_count } from '../../bench/servers/bench-users.ts'
import { startWherry, type Wherry } from '../../bench/servers/wherry.ts'
import { longest_wait_ms } from '../../src/passwords/passwords.ts'

const burst_ms = Number(process.env['WHERRY_TEST_OVERLOAD_MS'] ?? 10_000)
const at_once = 300
// A refused client repeats its login after the shortest Retry-After.
const retry_after_ms = 1000

function health(origin: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const asked = get(`${origin}/health/live`, { agent: false }, (answer) => {
      answer.resume()
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(performance.now() - began) : reject(new Error('not live')),
      )
    })
    asked.on('error', reject)
  })
}

/** The duration of a login without load: the speed of the machine at this moment. */
async function loginAlone(wherry: Wherry): Promise<number> {
  const times: number[] = []
  for (let nth = 0; nth < 8; nth += 1) times.push((await oneLogin(wherry)).duration_ms)
  return quantile(times, 0.5)
}

async function oneLogin(wherry: Wherry): Promise<LoadResponse> {
  const agent = new Agent()
  const answer = await sendRequest(agent, wherry.login(benchUser(0), 'openid'))
  agent.destroy()
  return answer
}

type Burst = { answers: LoadResponse[]; health_ms: number[]; resident: number[] }

async function burst(wherry: Wherry, origin: string): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: at_once })
  const seen: Burst = { answers: [], health_ms: [], resident: [] }
  const until = performance.now() + burst_ms
  let turn = 0
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      // From addresses of their own: equal attempts from one address would share one hash.
      turn += 1
      const forwarded_for = `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`
      const answer = await sendRequest(agent, {
        ...wherry.login(benchUser(turn % user_count), 'openid'),
        forwarded_for,
      })
      seen.answers.push(answer)
      if (answer.status !== 200) await sleep(retry_after_ms)
    }
  }
  const watch = async (): Promise<void> => {
    while (performance.now() < until) {
      seen.health_ms.push(await health(origin))
      const rss = execFileSync('ps', ['-o', 'rss=', '-p', String(wherry.process.pid)], { encoding: 'utf8' })
      seen.resident.push(Number(rss) * 1024)
      await sleep(250)
    }
  }
  await Promise.all([watch(), ...Array.from({ length: at_once }, caller)])
  agent.destroy()
  return seen
}

test('under more logins than it can hash the server serves some soon, refuses the rest at once, and recovers', async (t) => {
  const wherry = await startWherry('overloaded', { env: { WHERRY_TRUST_PROXY: 'true' } })
  try {
    const origin = wherry.origin
    await sendRequests(loginWorkers(wherry, 8), user_count * 4)
    const alone_ms = await loginAlone(wherry)
    const within = (ms: number, logins: number): number => Math.max(ms, alone_ms * logins)
    const { answers, health_ms, resident } = await burst(wherry, origin)
    const served = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status === 503)
    const figures = {
      alone_ms,
      served: served.length,
      refused: refused.length,
      served_p99_ms: quantile(
        served.map(({ duration_ms }) => duration_ms),
        0.99,
      ),
      refused_p50_ms: quantile(
        refused.map(({ duration_ms }) => duration_ms),
        0.5,
      ),
      health_p50_ms: quantile(health_ms, 0.5),
      health_p99_ms: quantile(health_ms, 0.99),
      resident_mb: [resident[0]!, Math.max(...resident), resident.at(-1)!].map((bytes) =>
        Math.round(bytes / 1_048_576),
      ),
    }
    t.diagnostic(JSON.stringify(figures))
    assert.equal(served.length + refused.length, answers.length, 'every answer is 200 or 503')
    assert.ok(served.length > 0 && refused.length > 0, 'there were more logins than can be hashed')
    for (const { retry_after, text } of refused) {
      assert.match(retry_after ?? '', /^[1-9]\d?$/)
      assert.equal((JSON.parse(text) as { error: string }).error, 'temporarily_unavailable')
    }
    assert.ok(
      figures.served_p99_ms < longest_wait_ms + within(2000, 20),
      'an accepted login is answered in bounded time',
    )
    assert.ok(figures.refused_p50_ms < within(1000, 8), 'a refused login is answered soon')
    assert.ok(
      figures.health_p50_ms < within(250, 4) && figures.health_p99_ms < within(1500, 12),
      'the health probe answers throughout',
    )
    assert.ok(Math.max(...resident) < resident[0]! + 150 * 1_048_576, 'memory stays where it was')
    await sleep(1000)
    const after = await oneLogin(wherry)
    assert.equal(after.status, 200)
    assert.ok(after.duration_ms < within(1000, 4), `a second after the burst a login takes ${after.duration_ms} ms`)
  } finally {
    await wherry.stop()
  }
})
