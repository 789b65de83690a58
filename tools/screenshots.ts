// Takes the pictures of the hosted pages in docs/images/pages: each page wide and on a phone, in light and in dark.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Look } from '../src/pages/look.ts'
import type { Page } from '../src/pages/render-page.ts'
import { themeOf } from '../src/pages/theme.ts'
import { samplePages } from '../tests/pages/sample-pages.ts'
import { launchChromium, showPage } from '../tests/support/chromium.ts'

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

// Draws pictures side by side, half as large, and answers WebP as a data URL.
const compose = `async (sources) => {
  const images = await Promise.all(sources.map(async (source) => {
    const image = new Image()
    image.src = source
    await image.decode()
    return image
  }))
  const scale = 0.6
  const gap = 8
  const canvas = document.createElement('canvas')
  canvas.width = images.reduce((sum, { width }) => sum + width * scale + gap, -gap)
  canvas.height = Math.max(...images.map(({ height }) => height)) * scale
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  let left = 0
  for (const image of images) {
    context.drawImage(image, left, 0, image.width * scale, image.height * scale)
    left += image.width * scale + gap
  }
  return canvas.toDataURL('image/webp', 0.75)
}`

async function pictureOf(browser: Browser, page: Page): Promise<string> {
  const shots: string[] = []
  for (const { colorScheme, ...viewport } of views) {
    // A page that leaves at once by its script is shown as it is without.
    const javaScriptEnabled = !page.html.includes('.submit.call(')
    const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled })
    const tab = await context.newPage()
    await showPage(tab, page)
    shots.push(`data:image/png;base64,${(await tab.screenshot({ fullPage: true })).toString('base64')}`)
    await context.close()
  }
  const blank = await browser.newPage()
  const url = await blank.evaluate<string>(`(${compose})(${JSON.stringify(shots)})`)
  await blank.close()
  return url
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
    const [, data = ''] = (await pictureOf(browser, page)).split(',')
    writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'))
  }
  await browser.close()
}

await main()
