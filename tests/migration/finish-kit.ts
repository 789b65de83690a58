// What the tests of a finish share: a directory, the steps, and what people do afterwards.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defined } from '../../src/base/defined.ts'
import { connectionById } from '../../src/connections/connection.ts'
import { readRow } from '../../src/migration/directory/read-row.ts'
import { backUpStore } from '../../src/store/backup-store.ts'
import { addToCounter } from '../../src/store/connection-counters.ts'
import { countRow, noDelta, writeDelta } from '../../src/store/directory-counters.ts'
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

// bcrypt of a text that is never typed.
const legacy_hash = '$2b$04$abcdefghijklmnopqrstuuFqSAJGtmG8k8q3yFzX0uTQWW2Sg6yWS'

/** Puts people into the ledger as a load of the directory does, in states that a first load does not have. */
export async function loadDirectory(
  server: TestServer,
  connection_id: string,
  people: readonly Known[],
): Promise<void> {
  const { db, tenant_id, clock, sealer } = server.internals
  const at = clock.now()
  const connection = await connectionById(db, tenant_id, connection_id)
  assert.ok(connection)
  await inTransaction(db, async (trx) => {
    const delta = noDelta()
    for (const { id, email, disabled = false, gone, refused, last_activity_at } of people) {
      const key = { tenant_id, connection_id, record_id: `mrc_${connection_id}_${id}` }
      const state = refused === true ? 'refused' : 'unseen'
      const record = { ...key, legacy_id: id, email, state, fingerprints: '{}', created_at: at, updated_at: at }
      await trx.insertInto('migration_records').values(record).execute()
      await trx
        .insertInto('migration_identifiers')
        .values({ ...key, identifier: email })
        .execute()
      await addToCounter(trx, tenant_id, connection_id, `state:${state}`, 1)
      const entry = { line: 1, legacy_id: id, email, disabled, profile: { name: `Name of ${id}` }, problems: [] }
      const hash = { value: legacy_hash }
      const read = readRow(sealer, connection, { ...entry, hash, ...defined({ last_activity_at }) })
      const { facts, line: _line, ...columns } = read
      const row = { ...key, ...facts, ...columns, load_id: 'dld_test', gone_at: gone === true ? at : null }
      await trx.insertInto('directory_rows').values(row).execute()
      countRow(delta, row, 1)
    }
    await writeDelta(trx, { tenant_id, connection_id }, delta)
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

/** What the store has sealed of a connection: settings, sources with their versions, and hashes of the directory. */
export async function sealedSecrets({ internals: { db, tenant_id } }: TestServer, connection_id: string) {
  const connection = await connectionById(db, tenant_id, connection_id)
  assert.ok(connection)
  const versions = await db.selectFrom('script_versions').select('source_sealed').execute()
  const rows = await db.selectFrom('directory_rows').select('hash').execute()
  const { configuration_sealed, scripts_sealed } = connection
  return {
    sealed: [
      ...Object.values(configuration_sealed),
      ...Object.values(scripts_sealed),
      ...versions.map(({ source_sealed }) => source_sealed),
    ],
    hashes: rows.flatMap(({ hash }) => (hash === null ? [] : [hash])),
  }
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

/** Keeps a sampling of the legacy store that has found another program just now. */
export async function sampleProgram({ internals }: TestServer, connection_id: string): Promise<void> {
  const { db, tenant_id, clock } = internals
  const at = clock.now()
  const seen = { first_seen_at: new Date(at).toISOString(), last_seen_at: new Date(at).toISOString() }
  const program = { program: 'nightly', user: 'batch', host: '', database: 'shop', is_own_user: false, ...seen }
  const programs = JSON.stringify([{ ...program, samples: 1, sessions_max: 1 }])
  const times = { started_at: at, ends_at: at, finished_at: at, interval_ms: 5000 }
  const counts = { samples: 1, failed_samples: 0, has_program_names: 1, is_cut: 0 } as const
  await db
    .insertInto('legacy_activities')
    .values({ tenant_id, connection_id, job_id: 'job_sampled', programs, ...times, ...counts })
    .execute()
}
