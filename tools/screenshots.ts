// Takes the pictures of the hosted pages in docs/images/pages: each page wide and on a phone, in light and in dark.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Look } from '../src/pages/look.ts'
import type { Page } from '../src/pages/render-page.ts'
import { themeOf } from '../src/pages/theme.ts'
import { samplePages } from '../tests/pages/sample-pages.ts'
import { launchChromium, showPage } from '../tests/support/chromium.ts'
import { joinPictures } from './join-pictures.ts'

const folder = resolve(import.meta.dirname, '../docs/images/pages')

const plain: Look = {
  language: 'en',
  name: 'Harbour Shipping',
  logo_url: undefined,
  icon_url: undefined,
  theme: '',
  own_texts: {},
  support: { email: 'help@harbour.example', url: 'https://harbour.example/help' },
}
const ground = { type: 'linear-gradient', start: '#e0e7ff', end: '#fae8ff', angle_deg: 135 } as const
const coloured: Look = { ...plain, theme: themeOf({ primary: '#ffcc00', page_background: ground }) }

const views = [
  { width: 760, height: 640, colorScheme: 'light' },
  { width: 760, height: 640, colorScheme: 'dark' },
  { width: 360, height: 640, colorScheme: 'light' },
  { width: 360, height: 640, colorScheme: 'dark' },
] as const

async function pictureOf(browser: Browser, page: Page): Promise<Buffer> {
  const shots: Buffer[] = []
  for (const { colorScheme, ...viewport } of views) {
    // A page that leaves at once by its script is shown as it is without.
    const javaScriptEnabled = !page.html.includes('.submit.call(')
    const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled })
    const tab = await context.newPage()
    await showPage(tab, page)
    shots.push(await tab.screenshot({ fullPage: true }))
    await context.close()
  }
  return await joinPictures(browser, shots)
}

/** Writes a picture of each page. */
async function main(): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const browser = await launchChromium()
  const pages = {
    ...samplePages(plain),
    'login-coloured': samplePages(coloured)['login-unreachable'],
    'signup-german': samplePages({ ...plain, language: 'de' })['signup'],
  }
  for (const [name, page] of Object.entries(pages)) {
    // It is shown in a hidden frame.
    if (page === undefined || name === 'web-message') continue
    writeFileSync(join(folder, `${name}.webp`), await pictureOf(browser, page))
  }
  await browser.close()
}

await main()
