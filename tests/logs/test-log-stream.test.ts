import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { member, objects } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { startWebhook, type Webhook } from '../support/webhook.ts'

let server: TestServer
let webhook: Webhook

before(async () => {
  webhook = await startWebhook()
  server = await startTestServer({ env: { WHERRY_EGRESS_ALLOW: webhook.address } })
})
after(async () => {
  await server?.close()
  await webhook?.close()
})

test('a test of a log stream posts one event, also of a paused one, and says why it failed; its health stays as it is', async () => {
  const sink = { httpEndpoint: webhook.url, httpAuthorization: 'Bearer receiver-token' }
  const { id } = await server.must('POST', 'log-streams', { name: 'siem', type: 'http', sink })
  await server.must('PATCH', `log-streams/${id}`, { status: 'paused' })
  const { duration_ms, ...done } = await server.must('POST', `log-streams/${id}/test`)
  assert.deepEqual(done, { is_delivered: true })
  assert.equal(typeof duration_ms, 'number')
  const request = webhook.received.find(({ body }) => body.includes('"type":"test"'))
  assert.equal(request?.headers['authorization'], 'Bearer receiver-token')
  webhook.answer(503)
  const failed = await server.must('POST', `log-streams/${id}/test`)
  assert.deepEqual([failed.is_delivered, failed.error], [false, 'The webhook answered 503.'])
  assert.equal((await server.refused('POST', 'log-streams/lst_none/test'))[0], 404)
  const [listed] = objects(await server.must('GET', 'log-streams?include_delivery=true'))
  assert.equal(member(listed?.['delivery'], 'attempts'), 0)
  assert.equal('delivery' in (objects(await server.must('GET', 'log-streams'))[0] ?? {}), false)
})
