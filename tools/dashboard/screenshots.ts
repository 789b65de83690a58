// Takes the pictures of the dashboard in docs/images/dashboard: each page wide and on a phone, in light and in dark. With names, only these.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openDashboard, phone, type OpenDashboard } from '../../tests/support/dashboard.ts'
import { fillTenant, legacy_people } from '../../tests/support/dashboard-tenant.ts'
import { joinPictures } from '../join-pictures.ts'

const folder = resolve(import.meta.dirname, '../../docs/images/dashboard')
const wide = { width: 1280, height: 800 }
const scale = 0.5
// Charts and editors are drawn after they have loaded.
const settle_ms = 1000

type Filled = Awaited<ReturnType<typeof fillTenant>>

/** The pages, by the names of their pictures: their paths below the address of the tenant. */
const pages: Readonly<Record<string, (tenant: Filled) => string>> = {
  connections: () => 'connections',
  users: () => 'users',
  applications: () => 'applications',
  'quick-start': ({ client }) => `applications/${client.client_id}/quick-start`,
  user: ({ user_id }) => `users/${encodeURIComponent(user_id)}`,
}

async function pictureOf({ page, browser, goto }: OpenDashboard, path: string): Promise<Buffer> {
  const shots: Buffer[] = []
  for (const viewport of [wide, phone]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForTimeout(settle_ms)
      shots.push(await page.screenshot())
    }
  }
  return await joinPictures(browser, shots, scale)
}

/** Writes a picture of each page. */
async function main(names: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const dashboard = await openDashboard()
  const tenant = await fillTenant(dashboard.server)
  for (const { email } of legacy_people) await tenant.move(email)
  for (const [name, pathOf] of Object.entries(pages)) {
    if (names.length > 0 && !names.includes(name)) continue
    writeFileSync(join(folder, `${name}.webp`), await pictureOf(dashboard, pathOf(tenant)))
  }
  await dashboard.close()
}

await main(process.argv.slice(2))
