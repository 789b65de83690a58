// The event loop of a server that strangers send the largest inputs it accepts.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestServer } from '../support/test-server.ts'

const seconds = Number(process.env['WHERRY_TEST_SECONDS'] ?? 20)

/** The delay of the event loop of this process, in milliseconds. */
async function delayOver(duration_s: number): Promise<{ p99_ms: number; max_ms: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(duration_s * 1000)
  delay.disable()
  return { p99_ms: Math.round(delay.percentile(99) / 1e6), max_ms: Math.round(delay.max / 1e6) }
}

test('the largest accepted inputs delay the event loop by less than 50 ms (p99)', async (t) => {
  const server = await startTestServer({ env: { WHERRY_TRUST_PROXY: 'false' } })
  t.after(() => server.close())
  const client = await server.createClient({ token_endpoint_auth_method: 'none' })
  await server.createConnection('local', { requires_username: true }, [client])
  const idle = await delayOver(5)
  const file = join(import.meta.dirname, 'largest-inputs.ts')
  const sender = spawn(process.execPath, [file, server.issuer.slice(0, -1), server.admin_url, client.client_id])
  t.after(() => sender.kill())
  await sleep(3000)
  const requests_earlier = server.lines.length
  const delay = await delayOver(seconds)
  const requests = server.lines.length - requests_earlier
  t.diagnostic(
    `${requests} requests; event-loop delay p99 ${delay.p99_ms} ms, maximum ${delay.max_ms} ms; idle p99 ${idle.p99_ms} ms`,
  )
  assert.equal(sender.exitCode, null, 'the sender ended')
  assert.ok(requests > seconds, `${requests} requests`)
  assert.ok(delay.p99_ms < 50, `${delay.p99_ms} ms`)
  sender.kill()
  await once(sender, 'close')
})
