// What the tests of a finish share: a directory, the steps, and what people do afterwards.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { backUpStore } from '../../src/store/backup-store.ts'
import { addToCounter } from '../../src/store/connection-counters.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { bearer, ticketIn, type Answer, type Json } from '../support/requests.ts'
import { tempFolder } from '../support/temp-folder.ts'
import type { TestServer } from '../support/test-server.ts'
import { waitUntil } from '../support/wait-until.ts'

/** A person of a legacy directory. */
export type Known = {
  id: string
  email: string
  disabled?: boolean
  gone?: boolean
  refused?: boolean
  last_activity_at?: number
}

/** Puts people into the ledger as a load of the directory does. */
export async function loadDirectory(
  server: TestServer,
  connection_id: string,
  people: readonly Known[],
): Promise<void> {
  const { db, tenant_id, clock } = server.internals
  const at = clock.now()
  await inTransaction(db, async (trx) => {
    for (const { id, email, disabled, gone, refused, last_activity_at } of people) {
      const key = { tenant_id, connection_id, record_id: `mrc_${connection_id}_${id}` }
      const state = refused === true ? 'refused' : 'unseen'
      const record = { ...key, legacy_id: id, email, state, fingerprints: '{}', created_at: at, updated_at: at }
      await trx.insertInto('migration_records').values(record).execute()
      await trx
        .insertInto('migration_identifiers')
        .values({ ...key, identifier: email })
        .execute()
      await trx
        .insertInto('directory_rows')
        .values({
          ...key,
          row_key: `id:${id}`,
          given_legacy_id: id,
          email,
          last_activity_at: last_activity_at ?? null,
          disabled: disabled === true ? 1 : 0,
          has_hash: 0,
          digest: id,
          load_id: 'dld_test',
          gone_at: gone === true ? at : null,
        })
        .execute()
    }
    const refused_people = people.filter(({ refused }) => refused === true).length
    await addToCounter(trx, tenant_id, connection_id, 'state:refused', refused_people)
    await addToCounter(trx, tenant_id, connection_id, 'state:unseen', people.length - refused_people)
  })
}

/** Requests about the finish of one connection. */
export function finishOfConnection(server: TestServer, connection_id: string, name: string) {
  const path = `migrations/${connection_id}`
  const status = (): Promise<Json> => server.must('GET', `${path}/finish`)
  const start = (step: string, more: object = {}): Promise<Answer> =>
    server.api('POST', `${path}/finish`, { step, confirm: name, ...more })
  const ended = async (): Promise<Json> => {
    await waitUntil(async () => (await status()).state !== 'running')
    return await status()
  }

  return {
    path,
    status,
    start,
    /** Waits for the end of the step that runs. */
    ended,
    /** Starts a step that must be accepted, and waits for its end. */
    async run(step: string, more: object = {}): Promise<Json> {
      const answer = await start(step, more)
      assert.equal(answer.status, 202, answer.text)
      assert.equal((await server.must('GET', `jobs/${answer.json.job_id}`)).step, step)
      if (step === 'watch') server.advance(Number((more as { duration_s: number }).duration_s) * 1000)
      return await ended()
    },
    rollBack: (): Promise<Answer> => server.api('POST', `${path}/finish/rollback`, { confirm: name }),
    record: async (q: string): Promise<Json> =>
      (await server.must('GET', `${path}/records?q=${encodeURIComponent(q)}`)).records[0],
  }
}

/** A request for a new password. */
export const requestReset = (
  server: TestServer,
  client_id: string,
  connection: string,
  email: string,
): Promise<Answer> => server.post('/dbconnections/change_password', { client_id, connection, email })

/** The text of the newest mail to an address; undefined where there is none. */
export async function mailTo(server: TestServer, email: string): Promise<string | undefined> {
  const [mail] = await server.outbox(email)
  return mail === undefined ? undefined : String(mail['text'])
}

/** Chooses a new password by the link of a mail. */
export async function chooseByMail(server: TestServer, text: string | undefined, password: string): Promise<number> {
  const form = new URLSearchParams({ ticket: ticketIn(text), password, password_repeat: password })
  return (await server.post('/u/reset-password', form, { origin: server.origin })).status
}

/** The scopes of a token that may do this and nothing else. */
export async function withScope(server: TestServer, scope: string, path: string): Promise<number> {
  const headers = bearer(await server.managementToken(scope))
  return (await server.send(`/api/v2/${path}`, { headers })).status
}

/** The secrets that a byte by byte search finds in the files of the embedded store, or in a backup that is made now. */
export function filesWith({ data_dir }: TestServer, secrets: readonly string[]): string[] {
  const copy = join(tempFolder('backup'), 'copy.sqlite')
  backUpStore(data_dir, copy)
  return [join(data_dir, 'wherry.sqlite'), join(data_dir, 'wherry.sqlite-wal'), copy].flatMap((file) => {
    const bytes = readFileSync(file)
    // A text that continues on an overflow page is found by its beginning.
    const found = secrets.map((secret) => secret.slice(0, 60)).filter((beginning) => bytes.includes(beginning))
    return found.map((beginning) => `${file} has ${beginning}`)
  })
}
