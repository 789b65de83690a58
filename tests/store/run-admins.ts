import assert from 'node:assert/strict'
import { admin_password, createAdminApi } from '../support/admin-api.ts'
import type { TestServer } from '../support/test-server.ts'

/** Sets an admin up and gives it a new password and another tenant, in which it reads and writes. */
export async function runAdmins(server: TestServer): Promise<void> {
  const admins = createAdminApi(server)
  const email = 'ana@admins.example'
  const first = server.internals.tenant_id
  const second = (await server.must('POST', 'tenants', { name: 'other', domain: 'other.example' })).id
  for (const [tenant_id, existing] of [
    [first, ''],
    [first, ''],
    [second, ''],
    [second, '1'],
  ]) {
    const ticket = await admins.newTicket(tenant_id)
    await admins.send(`/u/admin-setup?ticket=${ticket}`)
    await admins.sendForm({ ticket, existing, email, password: admin_password, password_repeat: admin_password })
  }
  const token = await admins.accessToken(email)
  assert.equal((await admins.api(token, 'GET', 'clients', undefined, second)).status, 200)
  const created = await admins.api(token, 'POST', 'clients', { name: 'created by an admin' }, second)
  assert.equal(created.status, 201, created.text)
}
