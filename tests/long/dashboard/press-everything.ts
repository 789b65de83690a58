// Uses every control of a page, as a person would who tries what is possible.
import type { Page as Tab } from 'playwright-core'
import type { Seat } from './role-pages.ts'

const settle_ms = 120
const click_max_ms = 1000
// Of a list of choices, these many are chosen.
const options_max = 2

/** A control: `place` is its number among those that the page has now, `key` the same each time the page is opened. */
type Control = {
  place: number
  key: string
  kind: 'button' | 'option' | 'field' | 'editor'
  is_closing: boolean
}

// Links are no controls: they lead to other pages. Of the frame of all pages, nothing is pressed.
const read_controls = `(() => {
  const shown = (element) => element.checkVisibility({ visibilityProperty: true })
  const dialog = [...document.querySelectorAll('[role=dialog]')].filter(shown).at(-1)
  const title = dialog ? (dialog.getAttribute('aria-label') ?? dialog.querySelector('h2')?.textContent ?? 'dialog') : ''
  const seen = new Map()
  const found = (dialog ?? document).querySelectorAll('button, summary, input, textarea, [role=option], [role=menuitem], [contenteditable=true]')
  document.querySelectorAll('[data-place]').forEach((element) => element.removeAttribute('data-place'))
  return [...found, ...(dialog ? document.querySelectorAll('[role=option]') : [])].flatMap((element, place) => {
    const type = element.localName === 'input' ? element.type : ''
    if (element.closest('header, nav[aria-label=Navigation]') || ['hidden', 'file'].includes(type)) return []
    if (element.matches(':disabled, [aria-disabled=true], [data-disabled]')) return []
    if (!shown(element) && !['checkbox', 'radio'].includes(type)) return []
    const name = (element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.textContent ?? '').trim().slice(0, 60)
    const kind =
      element.isContentEditable ? 'editor'
      : element.role === 'option' ? 'option'
      : ['input', 'textarea'].includes(element.localName) && !['checkbox', 'radio'].includes(type) ? 'field'
      : 'button'
    const label = [title, kind, kind === 'editor' ? '' : name].filter(Boolean).join(': ')
    const nth = seen.get(label) ?? 0
    seen.set(label, nth + 1)
    element.dataset.place = place
    return [{ place, kind, key: nth === 0 ? label : label + ' ' + nth, is_closing: dialog !== undefined && /^(Cancel|Close|Leave)?$/.test(name) && kind === 'button' }]
  })
})()`

async function use(tab: Tab, { place, kind }: Control): Promise<void> {
  const control = tab.locator(`[data-place="${place}"]`)
  await control.click({ timeout: click_max_ms, force: true }).catch(() => control.dispatchEvent('click'))
  if (kind === 'button' || kind === 'option') return
  await tab.keyboard.type('1')
  if (kind === 'editor') for (const keys of ['Control+s', 'Control+Enter']) await tab.keyboard.press(keys)
  await tab.keyboard.press('Enter')
}

/**
 * Presses each enabled button of a page and of the dialogs that it opens, switches each switch, chooses choices, and types into each field,
 * with Enter, and into each editor, with its keys.
 *
 * @param used is called after each with its name
 */
export async function pressEverything(
  { tab, open, settled }: Seat,
  path: string,
  used: (key: string) => void,
): Promise<void> {
  const done = new Set<string>()
  let options = 0
  await open(path)
  const { pathname } = new URL(tab.url())
  for (;;) {
    const found = await tab.evaluate<Control[]>(read_controls)
    const next = found.find(
      ({ key, kind, is_closing }) => !done.has(key) && !is_closing && (kind !== 'option' || options < options_max),
    )
    if (next === undefined) {
      if (!found.some(({ is_closing }) => is_closing)) return
      await tab.keyboard.press('Escape')
      await tab.waitForTimeout(settle_ms)
      const left = await tab.evaluate<Control[]>(read_controls)
      if (left.some(({ is_closing }) => is_closing)) await tab.reload().then(settled)
      continue
    }
    if (next.kind === 'option') options += 1
    else if (next.kind === 'field') options = 0
    done.add(next.key)
    await use(tab, next)
    await tab.waitForTimeout(settle_ms)
    used(next.key)
    if (new URL(tab.url()).pathname !== pathname) await open(path)
  }
}
