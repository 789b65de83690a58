// The page of the tail import: it shows the import of its connection wherever that was started, and says why a second one is refused.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashSync as bcrypt } from '@node-rs/bcrypt'
import { enqueueJob } from '../../../src/jobs/enqueue-job.ts'
import { cancelJob } from '../../../src/store/jobs.ts'
import { inTransaction } from '../../../src/store/transaction.ts'
import { checkAxe, openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { loadDirectory } from '../../support/load-directory.ts'

let dashboard: OpenDashboard
let connection_id: string

before(async () => {
  dashboard = await openDashboard()
  dashboard.page.setDefaultTimeout(25_000)
  connection_id = (await fillTenant(dashboard.server)).connection_id
  const hash = bcrypt('Harbour-1892', 4)
  const rows = [`L-1,one@harbour.example,no,${hash}`, `L-2,two@harbour.example,yes,${hash}`]
  await loadDirectory(dashboard.server, connection_id, `id,email,blocked,password_hash\n${rows.join('\n')}\n`)
})
after(() => dashboard?.close())

const open = () => dashboard.goto(`migration/${connection_id}/tail-import`)
const start = () => dashboard.page.getByRole('button', { name: 'Import them' })
const job = () => dashboard.page.getByRole('region', { name: 'The import', exact: true })

/** Enqueues an import that does not begin before it is canceled. */
async function enqueue(input: { connection_id: string; connection: string }): Promise<string> {
  const { db, tenant_id } = dashboard.server.internals
  const at = Date.now()
  return await inTransaction(db, (trx) =>
    enqueueJob(trx, { tenant_id, kind: 'tail_import', input, at, run_at: at + 3_600_000 }),
  )
}

const cancel = (job_id: string) => {
  const { db, tenant_id } = dashboard.server.internals
  return cancelJob(db, tenant_id, job_id, Date.now())
}

test('an import that has not ended is shown without its id in the address, and no second one is offered', async () => {
  const { page } = dashboard
  const job_id = await enqueue({ connection_id, connection: 'customers' })
  for (const again of [open, () => page.reload()]) {
    await again()
    await job().getByText('waits').waitFor()
    await page.getByText('2 people with a known password hash').waitFor()
    assert.equal(await start().count(), 0)
  }
  await cancel(job_id)
  await start().waitFor()
})

test('while another connection imports, the refusal names the import and its job', async () => {
  const { page, errors } = dashboard
  const job_id = await enqueue({ connection_id: 'con_elsewhere', connection: 'elsewhere' })
  await open()
  await start().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Of 2 people with a known hash, those who are not skipped become users here').waitFor()
  await dialog.getByRole('button', { name: 'Import them' }).click()
  const text = `A tail import of the connection elsewhere has not ended: wait until the job ${job_id} has ended.`
  await dialog.getByRole('alert').getByText(text).waitFor()
  await cancel(job_id)
  // Chromium reports the answer 409.
  errors.splice(0)
})

test('the last import stays on the page with whom it skipped, and those left are not promised to move', async () => {
  const { page, errors } = dashboard
  await open()
  await start().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Import them' }).click()
  await job().getByRole('row', { name: 'Imported 1' }).waitFor()
  await open()
  await page.getByText('1 person with a known password hash').waitFor()
  await job().getByRole('row', { name: 'Skipped: disabled in the legacy store 1' }).waitFor()
  assert.deepEqual(await checkAxe(page), [])
  await page.setViewportSize(phone)
  assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), phone.width)
  assert.deepEqual(errors, [])
})
