import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setRole } from '../../src/admins/admin.ts'
import type { Transaction } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { newCredential, setPassword } from '../../src/users/write-credential.ts'
import { admin_password, createAdminApi, type AdminApi } from '../support/admin-api.ts'
import type { Answer } from '../support/requests.ts'
import { startPostgres, type PostgresServer } from '../support/servers.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

const admin_url = 'http://admins.example'
const new_password = 'another horse battery staple'
let postgres: PostgresServer
let server: TestServer
let admins: AdminApi
let other_id: string

before(async () => {
  postgres = await startPostgres()
  server = await startTestServer({
    env: { DATABASE_URL: (await postgres.createStore()).url, WHERRY_ADMIN_URL: admin_url },
  })
  admins = createAdminApi(server)
  other_id = (await server.must('POST', 'tenants', { name: 'other', domain: 'other.example' })).id
})
after(async () => {
  await server?.close()
  await postgres?.stop()
})

async function isWaiting(): Promise<boolean> {
  const [row] = await postgres.query<{ n: string }>('select count(*) as n from pg_locks where not granted')
  return Number(row?.n) > 0
}

/** Sends a form while a transaction has written, and commits that one when the form's transaction waits for it. */
async function sendDuring(write: (trx: Transaction) => Promise<void>, form: Record<string, string>): Promise<Answer> {
  let sent: Promise<Answer> | undefined
  await inTransaction(server.internals.db, async (trx) => {
    await write(trx)
    sent = admins.sendForm(form)
    await waitUntil(isWaiting)
  })
  assert.ok(sent)
  return await sent
}

async function adminOf(email: string): Promise<{ tenant_id: string; user_id: string; tenants: string[] }> {
  const { db } = server.internals
  const user = db.selectFrom('users').select(['tenant_id', 'user_id']).where('email', '=', email)
  const { tenant_id, user_id } = await user.executeTakeFirstOrThrow()
  const rows = await db.selectFrom('tenant_admins').select('tenant_id').where('user_id', '=', user_id).execute()
  return { tenant_id, user_id, tenants: rows.map((row) => row.tenant_id) }
}

test('an existing password that is replaced during the set-up adds no tenant', async () => {
  const email = 'replaced@example.com'
  await admins.setUp(email, other_id)
  const { tenant_id, user_id } = await adminOf(email)
  const credential = newCredential(await server.internals.passwords.hash(new_password, 'system'), 'reset')
  const form = { ticket: await admins.newTicket(), email, password: admin_password, existing: '1' }
  const replace = (trx: Transaction) =>
    setPassword(trx, tenant_id, user_id, credential, { at: Date.now(), ticket_digest: null })
  assert.equal((await sendDuring(replace, form)).status, 403)
  assert.deepEqual((await adminOf(email)).tenants, [other_id])
  assert.equal((await admins.logIn(email, new_password)).status, 200)
})

test('a link does not set the password of an admin who gets another tenant during the set-up', async () => {
  const email = 'added@example.com'
  await admins.setUp(email, other_id)
  const { tenant_id, user_id } = await adminOf(email)
  const passwords = { password: new_password, password_repeat: new_password }
  const form = { ticket: await admins.newTicket(other_id), email, ...passwords }
  const add = async (trx: Transaction): Promise<void> => {
    const user = trx.updateTable('users').set({ logins_count: 1 })
    await user.where('tenant_id', '=', tenant_id).where('user_id', '=', user_id).execute()
    await setRole(trx, { tenant_id: server.internals.tenant_id, user_id, role: 'owner' }, Date.now())
  }
  const answer = await sendDuring(add, form)
  assert.match(answer.text, /existing password/)
  assert.equal((await admins.logIn(email, admin_password)).status, 200)
  assert.equal((await admins.logIn(email, new_password)).status, 403)
})

test('of two owners who take the role from each other at once, one stays an owner [guard: last-owner]', async () => {
  const { db } = server.internals
  const emails = ['one@example.com', 'two@example.com']
  for (const email of emails) await admins.setUp(email, other_id)
  const ids = await Promise.all(emails.map(async (email) => (await adminOf(email)).user_id))
  await db.deleteFrom('tenant_admins').where('tenant_id', '=', other_id).where('user_id', 'not in', ids).execute()
  const tokens = await Promise.all(emails.map((email) => admins.accessToken(email)))
  for (let round = 0; round < 5; round += 1) {
    const demote = (by: number, of: number) =>
      admins.api(
        tokens[by] ?? '',
        'PATCH',
        `tenant-admins/${encodeURIComponent(ids[of] ?? '')}`,
        { role: 'editor' },
        other_id,
      )
    const answers = await Promise.all([demote(0, 1), demote(1, 0), demote(0, 0), demote(1, 1)])
    const owners = await db
      .selectFrom('tenant_admins')
      .select('user_id')
      .where('tenant_id', '=', other_id)
      .where('role', '=', 'owner')
      .execute()
    assert.equal(owners.length, 1, JSON.stringify(answers.map(({ status }) => status)))
    await db.updateTable('tenant_admins').set({ role: 'owner' }).where('tenant_id', '=', other_id).execute()
  }
})
