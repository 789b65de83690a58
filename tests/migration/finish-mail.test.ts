// Latecomers get in by a link in a mail: the preflight of the finish says where no mail server would send it.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runCommandHere } from '../support/command-here.ts'
import { objects } from '../support/requests.ts'
import { startTestServer, type TestServerOptions } from '../support/test-server.ts'
import { loadDirectory } from './finish-kit.ts'

async function start(options: TestServerOptions = {}) {
  const server = await startTestServer(options)
  after(async () => await server.close())
  const connection_id = await server.createConnection('shop', { enabledDatabaseCustomization: true, import_mode: true })
  await loadDirectory(server, connection_id, [{ id: 'late', email: 'late@shop.example' }])
  const preflight = async () =>
    objects((await server.must('GET', `migrations/${connection_id}/preflight`)).reasons).map(({ reason, count }) => [
      reason,
      count,
    ])
  return { server, preflight }
}

const not_moved = ['not_moved', 1]
const no_mail_server = ['no_mail_server', 1]

test('the preflight counts who would get no mail, until the tenant has a mail service that is on', async () => {
  const { server, preflight } = await start()
  assert.deepEqual(await preflight(), [not_moved, no_mail_server])
  const command = await runCommandHere(['finish', 'preflight', '--connection', 'shop'], { env: server.env })
  assert.match(command.stdout, /^no_mail_server: 1\. No mail server is set: links for a new password are kept/m)
  const mail_service = { name: 'sendgrid', default_from_address: 'help@shop.example', credentials: { api_key: 'key' } }
  await server.must('POST', 'emails/provider', mail_service)
  assert.deepEqual(await preflight(), [not_moved])
  await server.must('PATCH', 'emails/provider', { enabled: false })
  assert.deepEqual(await preflight(), [not_moved, no_mail_server])
})

test('a mail server of the operator is enough, also for the command', async () => {
  const { server, preflight } = await start({ env: { WHERRY_SMTP_URL: 'smtp://127.0.0.1:1' } })
  assert.deepEqual(await preflight(), [not_moved])
  const command = await runCommandHere(['finish', 'preflight', '--connection', 'shop'], { env: server.env })
  assert.match(command.stdout, /not_moved: 1\./)
  assert.doesNotMatch(command.stdout, /no_mail_server/)
})
