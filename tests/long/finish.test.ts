// A migration from a real legacy store to its end, by the API alone, with the server killed in each step.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import bcrypt from 'bcryptjs'
import { generateTemplate, readScriptTemplate } from '../../src/connections/script-templates.ts'
import { startOwnMariadb, startOwnPostgres, startPostgres } from '../support/servers.ts'
import { bearer, ticketIn, type Json, type TestClient } from '../support/requests.ts'
import { startServerProcess, type ServerProcess } from '../support/server-process.ts'
import { addressOf, createTenantApi, type TenantApi } from '../support/tenant-api.ts'
import type { OwnDatabaseServer } from '../support/test-database.ts'
import { waitUntil } from '../support/wait-until.ts'

const people_each = 12
const password = 'Right-one-1'
const chosen = 'Chosen-here-2'

const cases = [
  { name: 'PostgreSQL, with a store on SQLite', template: 'postgresql', start: startOwnPostgres, on_postgres: false },
  { name: 'MariaDB, with a store on PostgreSQL', template: 'mysql', start: startOwnMariadb, on_postgres: true },
]

for (const each of cases) {
  describe(`a migration from ${each.name}`, () => {
    let legacy: OwnDatabaseServer
    let stop_store: () => Promise<void> = async () => undefined
    let server: ServerProcess
    let api: TenantApi
    let client: TestClient
    let connection_id: string
    let hash: string
    let is_off = false
    const address = (id: number): string => `user${id}@legacy.example`
    const group = (nth: number): number[] =>
      Array.from({ length: people_each }, (_, index) => nth * people_each + index + 1)
    const [by_login, imported, late] = [group(0), group(1), group(2)]
    const all = [...by_login, ...imported, ...late]
    const moved = new Set<number>()

    const logIn = async (id: number, typed = password): Promise<number> =>
      (await api.login(client, 'legacy', address(id), typed)).status
    const path = (): string => `migrations/${connection_id}`
    const finish = (): Promise<Json> => api.must('GET', `${path()}/finish`)

    async function uploadTo(url: string, fields: Record<string, string | Blob>): Promise<Json> {
      const form = new FormData()
      for (const [name, value] of Object.entries(fields)) form.append(name, value)
      const request = new Request('http://wherry.test', { method: 'POST', body: form })
      const headers = {
        ...bearer(await api.managementToken()),
        'content-type': request.headers.get('content-type') ?? '',
      }
      const body = Buffer.from(await request.arrayBuffer())
      const answer = await api.send(url, { method: 'POST', headers, body })
      assert.equal(answer.status, 202, answer.text)
      return answer.json
    }

    /** Starts a step, kills the server a moment later, and waits until the server that follows has ended the step. */
    async function runKilled(step: string, more: object = {}): Promise<Json> {
      await api.must('POST', `${path()}/finish`, { step, confirm: 'legacy', ...more })
      await sleep(Math.random() * 60)
      await server.kill()
      await server.start()
      // A job that was claimed is resumed when its lease of 30 s has expired.
      for (const deadline = Date.now() + 90_000; (await finish()).state === 'running' && Date.now() < deadline;) {
        await sleep(200)
      }
      const status = await finish()
      assert.equal(status.state, 'done', JSON.stringify(status))
      return status
    }

    async function rollBack(): Promise<void> {
      await api.must('POST', `${path()}/finish/rollback`, { confirm: 'legacy' })
      assert.equal((await finish()).step, null)
    }

    /** What each person of the legacy store can do, and that each who moved is here once. */
    async function checkPeople(passwords: Map<number, string>): Promise<void> {
      for (const id of all) {
        const typed = passwords.get(id)
        assert.equal(await logIn(id, typed ?? password), typed === undefined ? 403 : 200, `user ${id}`)
        const found = await api.must('GET', `users-by-email?email=${address(id)}`)
        assert.equal(found.length, typed === undefined ? 0 : 1, `user ${id}`)
      }
      const summary = await api.must('GET', path())
      assert.equal(summary.records, all.length)
      assert.equal(summary.states.migrated, passwords.size)
    }

    const passwordsOf = (ids: Iterable<number>, typed = password): Map<number, string> =>
      new Map([...ids].map((id) => [id, typed]))

    async function resetByMail(email: string): Promise<void> {
      await api.post('/dbconnections/change_password', { client_id: client.client_id, connection: 'legacy', email })
      let text: unknown
      await waitUntil(async () => (text = (await api.outbox(email))[0]?.['text']) !== undefined)
      const form = new URLSearchParams({ ticket: ticketIn(text), password: chosen, password_repeat: chosen })
      const done = await api.post('/u/reset-password', form, { origin: new URL(server.firstRun().issuer).origin })
      assert.equal(done.status, 200, done.text)
    }

    before(async () => {
      legacy = await each.start()
      await legacy.query(
        'create table users (id integer primary key, email varchar(200), password_hash varchar(100), name varchar(100))',
      )
      hash = await bcrypt.hash(password, 4)
      for (const id of all) {
        await legacy.query(`insert into users values (${id}, '${address(id)}', '${hash}', 'user ${id}')`)
      }
      const env: Record<string, string> = { WHERRY_EGRESS_PRIVATE_TENANTS: '*', WHERRY_REQUESTS_PER_SECOND: '100000' }
      if (each.on_postgres) {
        const store = await startPostgres()
        stop_store = () => store.stop()
        env['DATABASE_URL'] = (await store.createDatabase('finish_store')).url
      }
      server = await startServerProcess({ env })
      api = createTenantApi(addressOf(server.firstRun(), server.origin))
      client = await api.createClient()
      const template = await readScriptTemplate(each.template)
      assert.ok(template)
      const { options } = generateTemplate(template, 'legacy', { DATABASE_URL: legacy.url })
      connection_id = await api.createConnection('legacy', options, [client])
    })
    after(async () => {
      await server?.stop()
      if (is_off) await legacy.switchOn()
      await legacy?.stop()
      await stop_store()
    })

    test('people move by their logins and by an import, and the directory names the rest', async () => {
      for (const id of by_login) {
        assert.equal(await logIn(id), 200)
        moved.add(id)
      }
      const rows = all.map((id) => `${id},${address(id)},user ${id}`)
      const csv = new Blob([['legacy_id,email,name', ...rows].join('\n')])
      const { load_id } = await uploadTo(`/api/v2/${path()}/directory`, { file: csv, format: 'csv' })
      await waitUntil(async () => (await api.must('GET', `${path()}/directory/${load_id}`)).state === 'applied')
      const lines = imported.map((id) =>
        JSON.stringify({ user_id: String(id), email: address(id), email_verified: true, password_hash: hash }),
      )
      const file = new Blob([lines.join('\n')])
      const job = await uploadTo('/api/v2/jobs/users-imports', { users: file, connection_id })
      await waitUntil(async () => (await api.must('GET', `jobs/${job.id}`)).status === 'completed')
      for (const id of imported) moved.add(id)
      const { reasons } = await api.must('GET', `${path()}/preflight`)
      const [not_moved] = reasons.filter(({ reason }: { reason: string }) => reason === 'not_moved')
      assert.equal(not_moved.count, late.length)
    })

    for (const [nth, steps] of [['no_op'], ['no_op', 'watch'], ['no_op', 'watch', 'convert']].entries()) {
      test(`a rollback from ${steps.at(-1)} brings the legacy store back, and everyone is here once`, async () => {
        for (const step of steps) await runKilled(step, step === 'watch' ? { duration_s: 1 } : {})
        assert.equal(await logIn(late[nth] ?? 0), 403)
        await rollBack()
        assert.equal(await logIn(late[nth] ?? 0), 200)
        moved.add(late[nth] ?? 0)
      })
    }

    test('after the finish everything works with the legacy store stopped, and people who come late get in', async () => {
      for (const step of ['no_op', 'watch', 'convert']) {
        await runKilled(step, step === 'watch' ? { duration_s: 1 } : {})
      }
      await legacy.switchOff()
      is_off = true
      const passwords = passwordsOf(moved)
      await checkPeople(passwords)
      const comes = late.slice(3, 6)
      for (const id of comes) {
        await resetByMail(address(id))
        passwords.set(id, chosen)
      }
      await resetByMail(address(1))
      passwords.set(1, chosen)
      await checkPeople(passwords)
      const sign_up = (email: string) =>
        api.post('/dbconnections/signup', {
          client_id: client.client_id,
          connection: 'legacy',
          email,
          password: chosen,
        })
      assert.equal((await sign_up('new@legacy.example')).status, 200)
      assert.equal((await sign_up(address(late[7] ?? 0))).status, 400)
      const [user] = await api.must('GET', 'users-by-email?email=new@legacy.example')
      const user_path = `users/${encodeURIComponent(user.user_id)}`
      await api.must('PATCH', user_path, { email: 'newer@legacy.example' })
      await api.must('PATCH', user_path, { password: 'Another-one-3' })
      assert.equal((await api.login(client, 'legacy', 'newer@legacy.example', 'Another-one-3')).status, 200)
      assert.equal((await api.api('DELETE', user_path)).status, 204)
      await runKilled('disconnect')
      await checkPeople(passwords)
      await resetByMail(address(late[8] ?? 0))
      passwords.set(late[8] ?? 0, chosen)
      await checkPeople(passwords)
    })
  })
}
