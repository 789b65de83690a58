// Takes the pictures of the dashboard in docs/images/dashboard: each page wide and on a phone, in light and in dark. With names, only these.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { phone } from '../../tests/support/dashboard.ts'
import { openHarbourShop, type HarbourShop } from '../../tests/support/harbour/open-harbour-shop.ts'
import { joinPictures } from '../join-pictures.ts'
import { pictured_pages, type PicturedPage } from './pictured-pages.ts'

const folder = resolve(import.meta.dirname, '../../docs/images/dashboard')
const wide = { width: 1280, height: 800 }
const scale = 0.5
// Charts, editors and previews are drawn after they have loaded.
const settle_ms = 1000

async function pictureOf(shop: HarbourShop, { path, prepare, is_of_beginner }: PicturedPage): Promise<Buffer> {
  const { page, browser, server, tenant_id } = shop.dashboard
  const tenant = is_of_beginner ? shop.beginner_id : tenant_id
  const url = `${server.admin_url}/t/${tenant}/${typeof path === 'string' ? path : await path(shop)}`
  const shots: Buffer[] = []
  for (const viewport of [wide, phone]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(url)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
      await page.waitForTimeout(settle_ms)
      if (prepare) {
        await prepare(page)
        await page.waitForTimeout(settle_ms)
      }
      shots.push(await page.screenshot())
    }
  }
  return await joinPictures(browser, shots, scale)
}

/** Writes a picture of each page. */
async function main(names: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const shop = await openHarbourShop()
  for (const [name, page] of Object.entries(pictured_pages)) {
    if (names.length > 0 && !names.includes(name)) continue
    writeFileSync(join(folder, `${name}.webp`), await pictureOf(shop, page))
  }
  await shop.close()
}

await main(process.argv.slice(2))
