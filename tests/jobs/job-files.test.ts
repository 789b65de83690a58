import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Refusal } from '../../src/contract/refusal.ts'
import { enqueueJob, newJobId } from '../../src/jobs/enqueue-job.ts'
import { job_file_max_bytes, JobFileDamaged, readJobFile, writeJobFile } from '../../src/jobs/job-files.ts'
import { purgeJobs } from '../../src/jobs/purge-jobs.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/tables.ts'
import { inTransaction } from '../../src/store/transaction.ts'
import { alteredEnd } from '../support/altered-end.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { testedStore } from '../support/tested-store.ts'

const store = await testedStore('SQLite')

const sealer = createSealer('a sealing key for tests, long enough')
const chunk = 256 * 1024
const day_ms = 86_400_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Bytes that are held, without what is only not collected yet. Memory of buffers is given back by the second collection. */
function heldBytes(): number {
  collectGarbage()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function contentOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** A stream of these bytes in pieces of another size than the chunks. */
function pieces(bytes: Buffer, size = 10_007): Readable {
  const all: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) all.push(bytes.subarray(at, at + size))
  return Readable.from(all)
}

describe(`files of jobs on ${store.name}`, () => {
  let db: Db
  const time = { now: Date.now() }
  const deps = () => ({ db, sealer, clock: { now: () => time.now } })
  const left = async () => ({
    files: (await db.selectFrom('job_files').select('name').execute()).length,
    chunks: (await db.selectFrom('job_file_chunks').select('name').execute()).length,
    jobs: (await db.selectFrom('jobs').select('job_id').execute()).length,
  })
  const write = async (bytes: Buffer, job_id = newJobId()) => {
    const key = { tenant_id: 'ten_a', job_id, name: 'input' }
    await writeJobFile(deps(), key, pieces(bytes))
    return key
  }
  const purge = async () => {
    while ((await inTransaction(db, (trx) => purgeJobs(trx, 'ten_a', time.now))) > 0);
  }

  before(async () => {
    db = await openStore(await store.target())
  })
  after(() => db.destroy())
  beforeEach(async () => {
    for (const table of ['jobs', 'job_files', 'job_file_chunks'] as const) await db.deleteFrom(table).execute()
  })

  test('what was written is read, whatever its size', async () => {
    for (const size of [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 12_345]) {
      const bytes = randomBytes(size)
      const key = { tenant_id: 'ten_a', job_id: newJobId(), name: 'input' }
      assert.deepEqual(await writeJobFile(deps(), key, pieces(bytes)), { size_bytes: size })
      const read = await contentOf(readJobFile(deps(), key))
      assert.ok(read.equals(bytes), `${size} bytes`)
    }
  })

  test('while a file is read, other work has its turn after each 32 KiB [guard: job-files-in-turns]', async () => {
    const key = await write(Buffer.alloc(2 * chunk, '\n'))
    let turns = 0
    let is_over = false
    const count = (): void => {
      turns += 1
      if (!is_over) setImmediate(count)
    }
    count()
    const turns_before: number[] = []
    for await (const piece of readJobFile(deps(), key)) {
      assert.equal(piece.length, 32 * 1024)
      turns_before.push(turns)
    }
    is_over = true
    assert.equal(new Set(turns_before).size, 16, turns_before.join())
  })

  test('a file that is written again has the new content, and nothing of the old one is left', async () => {
    const key = await write(randomBytes(3 * chunk))
    const again = randomBytes(chunk + 1)
    await writeJobFile(deps(), key, pieces(again))
    assert.ok((await contentOf(readJobFile(deps(), key))).equals(again))
    assert.deepEqual(await left(), { files: 1, chunks: 2, jobs: 0 })
  })

  test('a file over the limit is refused, the rest of the stream is not read, and nothing of it is left', async () => {
    assert.equal(job_file_max_bytes, 4_294_967_296)
    const key = { tenant_id: 'ten_a', job_id: newJobId(), name: 'input' }
    const whole = pieces(Buffer.alloc(2 * chunk))
    assert.equal((await writeJobFile(deps(), key, whole, 2 * chunk)).size_bytes, 2 * chunk)
    const source = { read: 0, ended: false }
    async function* endless(): AsyncGenerator<Buffer> {
      try {
        for (;;) {
          source.read += 1
          yield Buffer.alloc(chunk)
        }
      } finally {
        source.ended = true
      }
    }
    await assert.rejects(writeJobFile(deps(), key, endless(), 2 * chunk), (error) => {
      assert.ok(error instanceof Refusal && error.code === 'file_too_large' && error.problem.status === 413)
      return true
    })
    assert.deepEqual(source, { read: 3, ended: true })
    assert.deepEqual(await left(), { files: 0, chunks: 0, jobs: 0 })
  })

  test('nothing is left of a file whose stream breaks', async () => {
    const key = { tenant_id: 'ten_a', job_id: newJobId(), name: 'input' }
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(3 * chunk)
      throw new Error('the client went away')
    }
    await assert.rejects(writeJobFile(deps(), key, broken()), /the client went away/)
    assert.deepEqual(await left(), { files: 0, chunks: 0, jobs: 0 })
    await assert.rejects(contentOf(readJobFile(deps(), key)), JobFileDamaged)
  })

  test('a file that was cut short, altered, exchanged or put in the place of another does not open', async () => {
    const key = await write(randomBytes(3 * chunk + 1))
    const other = await write(randomBytes(3 * chunk + 1))
    const chunks = await db
      .selectFrom('job_file_chunks')
      .selectAll()
      .where('job_id', '=', key.job_id)
      .orderBy('chunk_no')
      .execute()
    const other_chunks = await db
      .selectFrom('job_file_chunks')
      .selectAll()
      .where('job_id', '=', other.job_id)
      .orderBy('chunk_no')
      .execute()
    const put = async (chunk_no: number, sealed: string): Promise<void> => {
      await db
        .updateTable('job_file_chunks')
        .set({ sealed })
        .where('job_id', '=', key.job_id)
        .where('chunk_no', '=', chunk_no)
        .execute()
    }
    const restore = async (): Promise<void> => {
      await db.deleteFrom('job_file_chunks').where('job_id', '=', key.job_id).execute()
      for (const row of chunks) await db.insertInto('job_file_chunks').values(row).execute()
      await db.updateTable('job_files').set({ chunks: 4 }).where('job_id', '=', key.job_id).execute()
    }
    const attacks: Record<string, () => Promise<unknown>> = {
      'cut short': async () => {
        await db.deleteFrom('job_file_chunks').where('job_id', '=', key.job_id).where('chunk_no', '=', 3).execute()
        await db.updateTable('job_files').set({ chunks: 3 }).where('job_id', '=', key.job_id).execute()
      },
      'without a chunk': () =>
        db.deleteFrom('job_file_chunks').where('job_id', '=', key.job_id).where('chunk_no', '=', 1).execute(),
      altered: () => put(1, alteredEnd(chunks[1]?.sealed ?? '')),
      exchanged: async () => {
        await put(0, chunks[1]?.sealed ?? '')
        await put(1, chunks[0]?.sealed ?? '')
      },
      'with a chunk of another file': () => put(2, other_chunks[2]?.sealed ?? ''),
    }
    for (const [what, attack] of Object.entries(attacks)) {
      await attack()
      await assert.rejects(contentOf(readJobFile(deps(), key)), JobFileDamaged, what)
      await restore()
      assert.equal((await contentOf(readJobFile(deps(), key))).length, 3 * chunk + 1, what)
    }
    const foreign = readJobFile({ db, sealer: createSealer('another sealing key of at least 32 chars') }, key)
    await assert.rejects(contentOf(foreign), JobFileDamaged, 'with another sealing key')
  })

  test('files are purged with their job thirty days after its end, and after a day where the job was never made', async () => {
    const ended = await write(randomBytes(30 * chunk))
    const running = await write(randomBytes(chunk))
    const never_made = await write(randomBytes(25 * chunk))
    await inTransaction(db, async (trx) => {
      for (const { job_id } of [ended, running]) {
        await enqueueJob(trx, { tenant_id: 'ten_a', kind: 'import', input: null, at: time.now, job_id })
      }
    })
    await db
      .updateTable('jobs')
      .set({ state: 'completed', finished_at: time.now })
      .where('job_id', '=', ended.job_id)
      .execute()
    await purge()
    assert.deepEqual(await left(), { files: 3, chunks: 56, jobs: 2 })
    time.now += day_ms + 1
    await purge()
    assert.deepEqual(await left(), { files: 2, chunks: 31, jobs: 2 })
    await assert.rejects(contentOf(readJobFile(deps(), never_made)), JobFileDamaged)
    time.now += 29 * day_ms
    await purge()
    assert.deepEqual(await left(), { files: 1, chunks: 1, jobs: 1 })
    assert.equal((await contentOf(readJobFile(deps(), running))).length, chunk)
  })
})

test('the bytes of a file are nowhere in the embedded store', async () => {
  const own_folder = tempFolder('sealed')
  const db = await openStore({ engine: 'sqlite', folder: own_folder })
  const plain = Buffer.from('ada@legacy.example,a-password-hash-to-be-kept-secret\n'.repeat(20_000))
  const key = { tenant_id: 'ten_a', job_id: newJobId(), name: 'input' }
  await writeJobFile({ db, sealer, clock: { now: () => 1 } }, key, pieces(plain))
  const stored = Buffer.concat(
    ['wherry.sqlite', 'wherry.sqlite-wal'].map((name) => readFileSync(join(own_folder, name))),
  )
  assert.ok(stored.length > plain.length)
  for (const secret of ['ada@legacy.example', 'kept-secret']) {
    for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      // Three offsets, since base64 of a text depends on where it begins.
      for (const start of [0, 1, 2]) {
        const encoded = Buffer.from(secret.slice(start)).toString(encoding).slice(0, 12)
        assert.equal(stored.includes(encoded), false, `${secret} in ${encoding}`)
      }
    }
  }
  await db.destroy()
})

test('50 MB go in and out with a few chunks in memory', async (t) => {
  const db = await openStore({ engine: 'sqlite', folder: tempFolder('large') })
  const deps = { db, sealer, clock: { now: () => 1 } }
  const key = { tenant_id: 'ten_a', job_id: newJobId(), name: 'input' }
  const pieces_count = 800
  const [written, read] = [createHash('sha256'), createHash('sha256')]
  let passed = 0
  let peak = 0
  const sample = (): void => {
    passed += 1
    if (passed % 100 === 0) peak = Math.max(peak, heldBytes())
  }
  async function* source(): AsyncGenerator<Buffer> {
    for (let nth = 0; nth < pieces_count; nth += 1) {
      const piece = randomBytes(64 * 1024)
      written.update(piece)
      sample()
      yield piece
    }
  }
  const before_bytes = heldBytes()
  assert.equal((await writeJobFile(deps, key, source())).size_bytes, 52_428_800)
  for await (const bytes of readJobFile(deps, key)) {
    read.update(bytes)
    sample()
  }
  assert.equal(read.digest('hex'), written.digest('hex'))
  const held_mb = (peak - before_bytes) / 2 ** 20
  t.diagnostic(`${held_mb.toFixed(1)} MB held at most`)
  assert.ok(peak > 0 && held_mb < 5, `${held_mb} MB`)
  await db.destroy()
})
