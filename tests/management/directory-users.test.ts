// Users of the directory of a legacy store: how they move, are deleted, and are imported with their old password.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import type { JsonObject } from '../../src/base/json.ts'
import { enqueueJob } from '../../src/jobs/enqueue-job.ts'
import { cancelJob } from '../../src/store/jobs.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { endedJob, endedLoad } from '../support/load-directory.ts'
import type { TestClient } from '../support/requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { directoryConnection } from './directory-connection.ts'

let server: TestServer
let client: TestClient

before(async () => {
  server = await startTestServer()
  client = await server.createClient()
})
after(() => server?.close())

const connection = (people: JsonObject[]) => directoryConnection(server, client, people)

describe('a user of the directory', () => {
  const person = (user_id: string) => ({ user_id, email: 'ada@dir.example', given_name: 'Ada' })
  const file = (id: string, hash: string): string =>
    `id,email,password_hash,given_name\n${id},ada@dir.example,${hash},Ada\n`

  it('[guard: directory-hash-erased] logs in by the legacy store only, and the hash is erased at the move', async () => {
    const legacy = await connection([person('erased')])
    await legacy.load(file('erased', bcrypt('of the export', 4)))
    assert.equal((await legacy.login('ada@dir.example', 'of the export')).status, 403)
    assert.equal((await legacy.records('&has_hash=true')).length, 1)
    assert.equal((await legacy.login('ada@dir.example')).status, 200)
    const [moved] = await legacy.rows()
    assert.deepEqual([moved?.hash, moved?.profile, moved?.has_hash], [null, null, 0])
    const { states, directory, records } = await legacy.summary()
    assert.deepEqual([states.migrated, directory.records, directory.with_hash, records], [1, 1, 0, 1])
    const { load } = await legacy.load(file('erased', bcrypt('of the next export', 4)))
    assert.deepEqual(
      [load.state, (await legacy.rows())[0]?.hash],
      ['applied', null],
      'a load brings no hash of a moved user back',
    )
  })

  it('keeps a tombstone over loads, and may move again once it is lifted', async () => {
    const legacy = await connection([person('tomb')])
    await legacy.load(file('tomb', bcrypt('of the export', 4)))
    assert.equal((await legacy.login('ada@dir.example')).status, 200)
    assert.equal((await server.api('DELETE', 'users/auth0%7Ctomb')).status, 204)
    await legacy.load(file('tomb', bcrypt('of the export', 4)))
    const [record] = await legacy.records()
    assert.deepEqual([record.state, record.directory.has_hash], ['deleted', false])
    assert.equal((await legacy.login('ada@dir.example')).status, 403)
    await server.must('DELETE', `${legacy.at}/records/${record.record_id}/tombstone`)
    await legacy.load(file('tomb', bcrypt('of the export', 4)))
    assert.deepEqual((await legacy.records())[0].directory.has_hash, true)
    assert.equal((await legacy.login('ada@dir.example')).status, 200)
  })

  it('[guard: directory-confirms-ids] keeps the record of the id of the directory when the script names another id', async () => {
    const legacy = await connection([person('script')])
    await legacy.load(file('dir', ''))
    assert.equal((await legacy.login('ada@dir.example')).status, 200)
    const found = (await legacy.records()).map(({ legacy_id, state }) => `${legacy_id} ${state}`).toSorted()
    assert.deepEqual(found, ['dir unseen', 'script migrated'])
    const { directory } = await legacy.summary()
    assert.deepEqual([directory.records, directory.discovered], [1, 1])
  })
})

describe('a load', () => {
  it('[guard: gone-without-id] waits for a confirmation, too, where many users without an id would be gone', async () => {
    const legacy = await connection([])
    const lines = [',ada@dir.example', ',bea@dir.example', '8,dee@dir.example']
    await legacy.load(`id,email\n${lines.join('\n')}\n`)
    const { load } = await legacy.load(`id,email\n${lines[2]}\n9,eve@dir.example\n`)
    // The new id 9 may be that of one of the two.
    assert.deepEqual([load.state, load.counts.gone], ['waiting_for_confirmation', 1])
    const confirm = `${legacy.at}/directory/${load.load_id}/confirm`
    const { load: applied } = await endedLoad(
      server,
      legacy.id,
      await server.must('POST', confirm, { rows: 2, gone: 1 }),
    )
    assert.deepEqual([applied.state, applied.counts.gone, applied.confirmed.gone], ['applied', 2, 1])
  })
})

describe('a tail import', () => {
  it('[guard: kept-of-one-id-imported] imports, of two users of one legacy id, the one whom a decision keeps', async () => {
    const legacy = await connection([])
    const hash = bcrypt('old password', 4)
    const lines = ['dup,ada@dir.example', 'dup,bea@dir.example', 'dup2,cy@dir.example', 'dup2,dee@dir.example']
    await legacy.load(`id,email,password_hash\n${lines.map((each) => `${each},${hash}\n`).join('')}`)
    for (const q of ['bea@dir.example', 'cy@dir.example']) {
      const [record] = await legacy.records(`&q=${q}`)
      await server.must('PUT', `${legacy.at}/records/${record.record_id}/decision`, { kind: 'keep' })
    }
    // Another connection has a user of the second id: that user cannot be imported, and the id stays that of two.
    await server.createConnection('other-ids')
    await server.createUser('other-ids', {
      email: 'other@dir.example',
      password: 'A-new-one-1',
      user_id: 'dup2',
    })
    const { job_id } = await server.must('POST', `${legacy.at}/tail-import`)
    const { summary } = await endedJob(server, job_id)
    assert.deepEqual([summary.inserted, summary.failed, summary.skipped_refused], [1, 1, 2])
    assert.equal((await legacy.login('bea@dir.example', 'old password')).status, 200)
    const shown = (await legacy.records()).map(({ email, state, legacy_id }) => `${email} ${state} ${legacy_id}`)
    assert.deepEqual(
      shown.toSorted((one, other) => (one < other ? -1 : 1)),
      [
        'ada@dir.example refused undefined',
        'bea@dir.example migrated dup',
        'cy@dir.example refused undefined',
        'dee@dir.example refused undefined',
      ],
    )
  })

  it('[guard: exact-numeric-ids] imports each user under the id of the file, also where numbers have more than 53 bits', async () => {
    const legacy = await connection([])
    const hash = bcrypt('old password', 4)
    const line = (id: string, name: string) =>
      `{"id":${id},"email":"${name}@numbers.example","password_hash":"${hash}"}\n`
    const file = line('9007199254740993', 'carl') + line('9007199254740992', 'dana')
    await legacy.load(file, { format: 'ndjson' })
    await endedJob(server, (await server.must('POST', `${legacy.at}/tail-import`)).job_id)
    const emailOf = async (id: string): Promise<unknown> => (await server.must('GET', `users/auth0%7C${id}`)).email
    assert.equal(await emailOf('9007199254740993'), 'carl@numbers.example')
    assert.equal(await emailOf('9007199254740992'), 'dana@numbers.example')
  })

  it('is refused while another one of the tenant has not ended, with the job that runs', async () => {
    const legacy = await connection([])
    await legacy.load(`id,email,password_hash\nr1,ada@dir.example,${bcrypt('old password', 4)}\n`)
    const { db, tenant_id } = server.internals
    const at = Date.now()
    const input = { connection_id: 'con_elsewhere', connection: 'elsewhere' }
    // It does not begin before the refusal.
    const running = { tenant_id, kind: 'tail_import', input, at, run_at: at + 3_600_000 }
    const job_id = await inTransaction(db, (trx) => enqueueJob(trx, running))
    const { status, json } = await server.api('POST', `${legacy.at}/tail-import`)
    assert.deepEqual([status, json.errorCode, json.job_id], [409, 'tail_import_running', job_id])
    const message = `A tail import of the connection elsewhere has not ended: wait until the job ${job_id} has ended.`
    assert.equal(json.message, message)
    await cancelJob(db, tenant_id, job_id, at)
    assert.equal((await server.api('POST', `${legacy.at}/tail-import`)).status, 202)
  })

  it('lets users log in with their old password, and leaves those who are gone, disabled, refused or deleted', async () => {
    const legacy = await connection([
      { user_id: 't6', email: 'fay@dir.example' },
      { user_id: 't7', email: 'gus@dir.example' },
    ])
    assert.equal((await server.api('POST', `${legacy.at}/tail-import`)).status, 409)
    const hash = bcrypt('old password', 4)
    const rows = [
      `t1,ada@dir.example,no,${hash},Ada`,
      `t2,bea@dir.example,yes,${hash},`,
      `t3,cy@dir.example,no,,`,
      `t4,dee@dir.example,no,${hash},`,
      `t4,dee2@dir.example,no,${hash},`,
      `t5,gone@dir.example,no,${hash},`,
      `t6,fay@dir.example,no,${hash},`,
      `t7,gus@dir.example,no,${hash},`,
      `t8,taken@dir.example,no,${hash},`,
    ]
    const head = 'id,email,blocked,password_hash,given_name\n'
    await legacy.load(head + rows.join('\n'))
    const options = { format: 'csv', gone_limit_percent: '50' }
    await legacy.load(head + rows.filter((each) => !each.startsWith('t5')).join('\n'), options)
    assert.equal((await legacy.login('fay@dir.example')).status, 200)
    assert.equal((await legacy.login('gus@dir.example')).status, 200)
    assert.equal((await server.api('DELETE', 'users/auth0%7Ct7')).status, 204)
    const { job_id } = await server.must('POST', `${legacy.at}/tail-import`)
    const job = await endedJob(server, job_id)
    assert.deepEqual([job.type, job.status], ['tail_import', 'completed'], JSON.stringify(job))
    const { total, inserted, failed, skipped_gone, skipped_disabled, skipped_refused } = job.summary
    assert.deepEqual([total, inserted, failed, skipped_gone, skipped_disabled, skipped_refused], [6, 2, 0, 1, 1, 2])
    assert.equal((await legacy.login('ada@dir.example', 'right one')).status, 403)
    assert.equal((await legacy.login('ada@dir.example', 'old password')).status, 200)
    assert.equal((await server.must('GET', 'users/auth0%7Ct1')).given_name, 'Ada')
    assert.equal((await legacy.rows()).filter(({ has_hash, hash: kept }) => has_hash === 0 && kept !== null).length, 0)
    const { states, directory, records } = await legacy.summary()
    assert.deepEqual(
      [states.migrated, states.deleted, states.refused, states.unseen, records, directory.records],
      [3, 1, 2, 3, 9, 9],
    )
    const again = await endedJob(server, (await server.must('POST', `${legacy.at}/tail-import`)).job_id)
    assert.equal(again.summary.inserted, 0)
  })
})
