// Operates pages by the keyboard alone: each control is reached by Tab, as by a person without a mouse.
import type { Locator, Page as Tab } from 'playwright-core'
import { chooseFileBy, type Hands } from './hands.ts'

const steps_max = 250
const options_max = 60

/** The keys that bring the focus closer to the element; none where it has the focus. */
const keysTo = (target: Locator): Promise<string[]> =>
  target.evaluate((element) => {
    const { activeElement: active, body } = element.ownerDocument
    if (active === element) return []
    // Nothing has the focus: Tab begins at the top.
    if (active === null || active === body) return ['Tab']
    const key = (element.compareDocumentPosition(active) & 4) === 0 ? 'Tab' : 'Shift+Tab'
    // A code editor keeps Tab until Escape was pressed.
    return active.closest('.cm-editor') === null ? [key] : ['Escape', key]
  })

/**
 * Moves the focus to an element by Tab or Shift+Tab.
 *
 * @throws Error where no number of steps reaches it: it cannot be used without a mouse
 */
async function reach(target: Locator): Promise<void> {
  await target.waitFor()
  const { keyboard } = target.page()
  for (let steps = 0; steps < steps_max; steps += 1) {
    const keys = await keysTo(target)
    if (keys.length === 0) return
    for (const key of keys) await keyboard.press(key)
  }
  throw new Error(`Tab does not lead to ${String(target)}`)
}

/** Moves along the options of an open combobox until the one with this name is active, and takes it. */
async function takeOption(field: Locator, name: string): Promise<void> {
  const { keyboard } = field.page()
  const option = field.page().getByRole('option', { name, exact: true })
  await option.waitFor()
  for (let steps = 0; steps < options_max; steps += 1) {
    const active = await field.getAttribute('aria-activedescendant')
    if (active !== null && active === (await option.getAttribute('id'))) {
      await keyboard.press('Enter')
      return
    }
    await keyboard.press('ArrowDown')
  }
  throw new Error(`The arrow keys do not lead to the option ${name}`)
}

async function press(target: Locator): Promise<void> {
  await reach(target)
  await target.page().keyboard.press('Enter')
}

/** Operates pages by the keyboard. */
export const keyboard: Hands = {
  press,
  async type(field, text) {
    await reach(field)
    const { keyboard: keys } = field.page()
    await keys.press('ControlOrMeta+A')
    await keys.insertText(text)
  },
  async choose(field, option) {
    await reach(field)
    if ((await field.getAttribute('readonly')) === null) await field.page().keyboard.insertText(option)
    else await field.page().keyboard.press('ArrowDown')
    await takeOption(field, option)
  },
  async tick(control) {
    const { keyboard: keys } = control.page()
    if ((await control.getAttribute('type')) !== 'radio') {
      await reach(control)
      await keys.press('Space')
      return
    }
    // Tab leads to a group of radio buttons, the arrow keys to the others of it.
    const name = await control.getAttribute('name')
    await reach(control.page().locator(`input[type=radio][name="${name}"]:checked`))
    for (let steps = 0; steps < options_max && !(await control.isChecked()); steps += 1) await keys.press('ArrowDown')
  },
  chooseFile: (button, file) => chooseFileBy(button, file, () => press(button)),
  /** By the palette. */
  async openPage(tab: Tab, name: string) {
    // Before the page is there, no shortcut is heard.
    await tab.getByRole('button', { name: 'Search', exact: true }).waitFor()
    await tab.keyboard.press('ControlOrMeta+K')
    await tab.getByRole('textbox', { name: /^Search pages/ }).waitFor()
    await tab.keyboard.insertText(name)
    const entry = tab.getByRole('button', { name, exact: true }).and(tab.locator('[data-palette-href]')).first()
    await entry.waitFor()
    // The first entry is selected, as soon as the list has heard of the text.
    for (let steps = 0; steps < options_max && (await entry.getAttribute('data-selected')) === null; steps += 1) {
      await tab.keyboard.press('ArrowDown')
    }
    await tab.keyboard.press('Enter')
    await tab.getByRole('heading', { level: 1, name }).waitFor()
  },
}
