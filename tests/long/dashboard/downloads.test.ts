import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Page as Tab } from 'playwright-core'
import { openDashboard, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { waitUntil } from '../../support/wait-until.ts'

let dashboard: OpenDashboard
let page: Tab
let report: string

before(async () => {
  dashboard = await openDashboard()
  const tenant = await fillTenant(dashboard.server)
  await tenant.move('ada@harbour.example')
  report = `migration/${tenant.connection_id}/report`
  page = dashboard.page
})
after(() => dashboard.close())

const folder = `navigator.storage.getDirectory().then((root) => root.getDirectoryHandle('downloads', { create: true }))`

/** The names of the files of downloads that the browser keeps. */
const keptFiles = (): Promise<string[]> =>
  page.evaluate<string[]>(`${folder}.then(async (found) => await Array.fromAsync(found.keys()))`)

async function openReport(): Promise<void> {
  await dashboard.goto(report, page)
  await page.getByRole('heading', { level: 1, name: /^Report/ }).waitFor()
}

const clickDownload = (): Promise<void> => page.getByRole('button', { name: 'Download the report as JSON' }).click()

test('a file goes through the disk of the browser, which removes it later', async () => {
  await openReport()
  const [saved] = await Promise.all([page.waitForEvent('download'), clickDownload()])
  const text = readFileSync((await saved.path()) ?? '', 'utf8')
  assert.equal((JSON.parse(text) as { connection: string }).connection, 'customers')
  assert.match(saved.suggestedFilename(), /\.json$/)
  const [name = ''] = await keptFiles()
  assert.match(name, /^\d{13}-/)
  const old = `${Date.now() - 700_000}-old`
  await page.evaluate(`${folder}.then((found) => found.getFileHandle('${old}', { create: true }))`)
  await page.reload()
  await waitUntil(async () => (await keptFiles()).join() === name)
})

test('a file that ends too early is reported, and is not saved', async () => {
  const broken = await dashboard.context.newPage()
  // The report begins, and then the connection is lost.
  await broken.addInitScript(`{
    const whole = window.fetch
    window.fetch = async (url, init) => {
      if (!String(url).includes('format=json')) return await whole(url, init)
      let sent = false
      return new Response(new ReadableStream({
        pull(stream) {
          if (sent) return stream.error(new TypeError('the network connection was lost'))
          sent = true
          stream.enqueue(new TextEncoder().encode('{"connection":'))
        },
      }))
    }
  }`)
  page = broken
  await openReport()
  const kept_before = await keptFiles()
  let saved = 0
  page.on('download', () => (saved += 1))
  await clickDownload()
  await page.getByRole('alert').getByText('The server does not answer').waitFor()
  assert.equal(saved, 0)
  assert.deepEqual(await keptFiles(), kept_before)
})
