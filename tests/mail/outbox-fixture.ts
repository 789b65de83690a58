import type { ProcessLog } from '../../src/base/process-log.ts'
import { createSealer } from '../../src/keys/sealer.ts'
import { queueMail, type MailStatus, type NewMail } from '../../src/mail/outbox.ts'
import { openStore } from '../../src/store/open-store.ts'

/** An outbox in memory, with a clock that tests move and a log that keeps its lines. */
export async function openOutbox() {
  const db = await openStore({ engine: 'sqlite', folder: ':memory:' })
  const time = { now_ms: 1_800_000_000_000 }
  const lines: string[] = []
  const line = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }))
  }
  const log: ProcessLog = { debug: line, info: line, warn: line, error: line }
  const sealer = createSealer('a sealing key for tests, long enough')
  const deps = { db, clock: { now: () => time.now_ms }, sealer, log }
  const queue = (mail: Partial<NewMail> = {}): Promise<string> =>
    queueMail(db, sealer, {
      tenant_id: 'ten_a',
      to: 'ana@example.com',
      subject: 'Reset your password',
      text: 'Open https://acme.test/u/reset-verify?ticket=SECRETSECRETSECRET',
      html: '<p>Open <a href="https://acme.test/u/reset-verify?ticket=SECRETSECRETSECRET">this</a></p>',
      created_at: time.now_ms,
      expires_at: time.now_ms + 3_600_000,
      ...mail,
    })
  const status = async (message_id: string): Promise<MailStatus> => {
    const row = await db
      .selectFrom('outbox')
      .select('status')
      .where('message_id', '=', message_id)
      .executeTakeFirstOrThrow()
    return row.status as MailStatus
  }
  return { ...deps, deps, time, lines, queue, status }
}
