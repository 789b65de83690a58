import assert from 'node:assert/strict'
import { test } from 'node:test'
import { languages } from '../../src/base/message.ts'
import { themeOf } from '../../src/pages/theme.ts'
import { acme } from '../pages/hosted-page.ts'
import { samplePages } from '../pages/sample-pages.ts'
import { axeViolations, launchChromium, showPage } from '../support/chromium.ts'

const support = { email: 'help@acme.example', url: 'https://acme.example/help' }
const themes = [
  '',
  themeOf({
    primary: '#ffcc00',
    page_background: { type: 'linear-gradient', start: '#112233', end: '#f0f8ff', angle_deg: 45 },
  }),
]

test('axe finds nothing on any page, in any language, with and without the colours of a tenant, in light and in dark', async () => {
  const browser = await launchChromium()
  const tab = await browser.newPage()
  for (const theme of themes) {
    for (const language of languages) {
      for (const [name, page] of Object.entries(samplePages({ ...acme, language, theme, support }))) {
        // The page leaves at once.
        if (name === 'form-post') continue
        await showPage(tab, page)
        for (const colorScheme of ['light', 'dark'] as const) {
          await tab.emulateMedia({ colorScheme })
          assert.deepEqual(await axeViolations(tab), [], `${name} in ${language}, ${colorScheme}`)
        }
      }
    }
  }
  await browser.close()
})
