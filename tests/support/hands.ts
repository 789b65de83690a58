// How an admin or a user operates a page: by the mouse here, by the keyboard alone in keyboard.ts.
import type { Locator, Page as Tab } from 'playwright-core'

/** A file that is chosen on a page. */
export type ChosenFile = { name: string; mimeType: string; buffer: Buffer }

/** The ways to operate a page. */
export type Hands = {
  /** Activates a link or a button. */
  press(target: Locator): Promise<void>
  /** Replaces the text of a field. */
  type(field: Locator, text: string): Promise<void>
  /** Chooses the option with this name of a combobox. */
  choose(field: Locator, option: string): Promise<void>
  /** Switches a checkbox, a switch or a radio button. */
  tick(control: Locator): Promise<void>
  /** Chooses a file by the button that asks for it. */
  chooseFile(button: Locator, file: ChosenFile): Promise<void>
  /** Opens a page of the navigation of the dashboard. */
  openPage(tab: Tab, name: string): Promise<void>
}

/** Chooses a file by whatever opens the chooser. */
export async function chooseFileBy(button: Locator, file: ChosenFile, open: () => Promise<void>): Promise<void> {
  const choosing = button.page().waitForEvent('filechooser')
  await open()
  await (await choosing).setFiles(file)
}

/** Operates pages by the mouse. */
export const mouse: Hands = {
  press: (target) => target.click(),
  type: (field, text) => field.fill(text),
  async choose(field, option) {
    await field.click()
    await field.page().getByRole('option', { name: option, exact: true }).click()
  },
  // The box that is seen is drawn above the control itself.
  tick: (control) => control.click({ force: true }),
  chooseFile: (button, file) => chooseFileBy(button, file, () => button.click()),
  openPage: (tab, name) => tab.getByRole('navigation', { name: 'Navigation' }).getByRole('link', { name }).click(),
}
