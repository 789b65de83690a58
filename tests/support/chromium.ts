// A real Chromium: the one of the machine, else the one of the npm package, unpacked once.
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { AxeResults } from 'axe-core'
import { chromium, type Browser, type Page as Tab } from 'playwright-core'
import type { Page } from '../../src/pages/render-page.ts'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The path of the package's Chromium. It is renamed into place, so that concurrent test files never start half of one. */
async function packagedChromium(): Promise<string> {
  const archive = resolve(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin/chromium.br')
  const folder = resolve(import.meta.dirname, '../../node_modules/.cache/chromium')
  const path = join(folder, 'chromium')
  if (existsSync(path)) return path
  await mkdir(folder, { recursive: true })
  const part = `${path}.${process.pid}`
  await writeFile(part, await promisify(brotliDecompress)(await readFile(archive)), { mode: 0o755 })
  await rename(part, path).catch(() => rm(part, { force: true }))
  return path
}

/** Starts Chromium. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = installed.find((path) => existsSync(path)) ?? (await packagedChromium())
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'] })
}

/** Shows a page, with its headers, at an address that leads nowhere: every other request gets an empty answer. */
export async function showPage(
  tab: Tab,
  { html, headers }: Page,
  waitUntil: 'load' | 'commit' = 'load',
): Promise<void> {
  await tab.unroute('**/*')
  await tab.route('**/*', (route) => {
    const is_page = route.request().isNavigationRequest() && route.request().method() === 'GET'
    return route.fulfill(is_page ? { headers, body: html } : { status: 204 })
  })
  await tab.goto('https://login.acme.example/page', { waitUntil })
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page that is shown: the rule, the element, and what would correct it. */
export async function axeViolations(tab: Tab): Promise<string[]> {
  await tab.evaluate(axe)
  const { violations } = await tab.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}
