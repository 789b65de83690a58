// Figures of six digits: on the axis of a chart, and in narrow lists beside their names.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page as Tab, Route } from 'playwright-core'
import type { JsonObject } from '../../../src/base/json.ts'
import { fillDirectory } from '../../migration/rehearsal-kit.ts'
import { openDashboard, phone, type OpenDashboard } from '../../support/dashboard.ts'
import { fillTenant } from '../../support/dashboard-tenant.ts'
import { waitUntil } from '../../support/wait-until.ts'

let dashboard: OpenDashboard
let connection_id: string

// Keeps what a canvas draws as text, with the place of its left edge.
const keep_texts = `
  globalThis.drawn = []
  const { fillText } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.fillText = function (text, x, ...rest) {
    const { width } = this.measureText(text)
    const left = this.textAlign === 'right' ? x - width : this.textAlign === 'center' ? x - width / 2 : x
    globalThis.drawn.push({ text, left })
    return fillText.call(this, text, x, ...rest)
  }`

/** Answers what the server answers, with some members replaced. */
const replacing = (change: (answer: JsonObject) => JsonObject) => async (route: Route) => {
  const response = await route.fetch()
  await route.fulfill({ response, json: change((await response.json()) as JsonObject) })
}

before(async () => {
  dashboard = await openDashboard()
  const { context, server, page } = dashboard
  page.setDefaultTimeout(25_000)
  const tenant = await fillTenant(server)
  connection_id = tenant.connection_id
  await fillDirectory(server, connection_id, [{ legacy_id: 'L-2001', email: 'rest@harbour.example' }])
  await tenant.move('ada@harbour.example')
  await context.addInitScript(keep_texts)
  await context.route('**/days?*', async (route) => {
    await replacing(({ days, ...rest }) => ({
      ...rest,
      days: (days as JsonObject[]).map((day) => ({ ...day, moved: 3110, moved_total: 299_999 })),
    }))(route)
  })
  // Groups are shown in numbers where they have the sum of the states.
  await context.route(`**/migrations/${connection_id}?*`, async (route) => {
    await replacing(({ states, ...rest }) => {
      const { seen = 0, reset_pending = 0, refused = 0, ...others } = states as Record<string, number>
      const unseen = 299_999 - seen - reset_pending - refused
      return { ...rest, states: { ...others, seen, reset_pending, refused, unseen } }
    })(route)
  })
  await context.route('**/groups', async (route) => {
    await replacing(({ groups, ...rest }) => ({
      ...rest,
      groups: {
        ...(groups as JsonObject),
        people: 299_999,
        with_hash: 299_999,
        reachable: 255_000,
        without_address: 44_999,
        disabled: 155_000,
        domains: [{ name: 'a-long-name-of-a-domain.harbour.example', people: 299_999 }],
      },
    }))(route)
  })
})
after(() => dashboard?.close())

/** The numbers of lists that take more than one line, or reach over the edge of their list. */
const broken = `[...document.querySelectorAll('section li')].flatMap((item) => {
  const number = document.createRange()
  number.selectNodeContents(item.lastElementChild)
  const lines = [...number.getClientRects()]
  const { right } = item.getBoundingClientRect()
  return lines.length > 1 || lines.some((line) => line.right > right + 1) ? [item.lastElementChild.textContent] : []
})`

async function check(tab: Tab, { moved, groups, figure }: { moved: string; groups: string; figure: string }) {
  await dashboard.goto(`migration/${connection_id}`, tab)
  await tab.getByRole('region', { name: groups, exact: true }).getByText(figure).first().waitFor()
  await tab.getByRole('figure', { name: moved }).locator('canvas').waitFor()
  const drawn = await tab.evaluate<{ text: string; left: number }[]>('globalThis.drawn')
  const labels = drawn.filter(({ text }) => /^[\d.,]+$/.test(text))
  assert.ok(
    labels.some(({ text }) => text === figure.replaceAll('9', '0').replace(/^2/, '3')),
    JSON.stringify(labels),
  )
  assert.deepEqual(
    labels.filter(({ left }) => left < 0),
    [],
  )
  assert.deepEqual(await tab.evaluate(broken), [])
  for (const size of [phone, { width: 1280, height: 800 }]) {
    await tab.setViewportSize(size)
    // The frame of the page follows the width a moment later.
    await waitUntil(async () => (await tab.evaluate<string[]>(broken)).length === 0)
  }
}

test('the labels of a chart are whole, and no number breaks', async () => {
  const { page, errors } = dashboard
  await check(page, { moved: 'Moves over time', groups: 'Not moved', figure: '299,999' })
  assert.deepEqual(errors, [])
})

test('in German, the labels of a chart are written as German numbers', async () => {
  const { page, errors } = dashboard
  await page.getByRole('button', { name: /^Signed in as / }).click()
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
  await check(page, { moved: 'Umzüge im Zeitverlauf', groups: 'Nicht umgezogen', figure: '299.999' })
  assert.deepEqual(errors, [])
})
