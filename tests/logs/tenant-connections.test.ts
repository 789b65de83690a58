// Connections of this server to names whose addresses a tenant chooses.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createTenantConnections } from '../../src/egress/tenant-connections.ts'
import { startWebhook, type Webhook } from '../support/webhook.ts'

let webhook: Webhook
const closed = [2, 3, 4, 5].map((last) => `127.0.0.${last}`)
before(async () => {
  webhook = await startWebhook()
})
after(() => webhook.close())

describe('a connection to an address of a tenant', () => {
  const connectionsTo = (addresses: () => Promise<string[]>) =>
    createTenantConnections({
      allow: ['many.example.com', ...closed, '127.0.0.1'].map((host) => `${host}:${webhook.port}`),
      restricted: async () => ({ reserved: [], never: [], machine: [] }),
      resolver: { addresses, records: async () => [] },
    })
  const open = (addresses: () => Promise<string[]>, limit_ms = 10_000) =>
    connectionsTo(addresses).open(
      'ten_a',
      { host: 'many.example.com', port: webhook.port },
      { bytes_max: 1000, limit_ms },
    )

  it('tries four addresses of a name [guard: four-addresses]', async () => {
    await assert.rejects(
      open(async () => [...closed, '127.0.0.1']),
      /ECONNREFUSED/,
    )
    ;(await open(async () => [...closed.slice(1), '127.0.0.1'])).destroy()
  })

  it('is given up in time, whatever it waits for [guard: connection-in-time]', async () => {
    const ended = Promise.race([open(() => new Promise(() => undefined), 50), pause(2000, 'still waits')])
    await assert.rejects(ended, /within 0\.05 s/)
  })
})
