import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openEgressBroker, type EgressReply } from '../../src/sandbox/egress-broker.ts'

test('with an allow-list no other name is looked up, since DNS lookups can exfiltrate data', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'))
  const asked: string[] = []
  const verdicts: EgressReply[] = []
  const broker = await openEgressBroker({
    socket_path: join(folder, 's'),
    unit: { tenant_id: 'tenant', unit_id: 'unit', version: 1 },
    policy: { mode: 'allow_list', allow: ['legacy.example:443', '192.0.2.7:80'], private_networks: true },
    restrictedTargets: async () => ({ reserved: [], never: [], machine: [] }),
    resolver: {
      addresses: async (_unit, host) => {
        asked.push(host)
        throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' })
      },
      records: async () => [],
    },
    onConnection: () => true,
    onVerdict: (verdict) => void verdicts.push(verdict),
    onFailure: () => undefined,
  })
  try {
    for (const [request_id, [host, port]] of (
      [
        ['the-password-is-hunter2.evil.example', 443],
        ['legacy.example', 80],
        ['x.legacy.example', 443],
        ['legacy.example.evil.example', 443],
        ['192.0.2.8', 80],
        ['legacy.example', 443],
      ] as const
    ).entries()) {
      const socket = connect(join(folder, 's'))
      await once(socket, 'connect')
      socket.write(`${JSON.stringify({ request_id, host, port, call: 'c' })}\n`)
      while (!verdicts.some((verdict) => verdict.request_id === request_id))
        await new Promise((resolve) => setTimeout(resolve, 5))
      socket.destroy()
    }
    assert.deepEqual(asked, ['legacy.example'])
    assert.deepEqual(
      verdicts.map((verdict) => verdict.code),
      [...Array<string>(5).fill('EGRESS_REFUSED'), 'ENOTFOUND'],
    )
    assert.match(String(verdicts[0]?.message), /options\.egress\.allow does not list it/)
  } finally {
    broker.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
