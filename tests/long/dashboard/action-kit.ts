// What the tests of the pages of actions share: actions by the API, and what is clicked again and again.
import type { JsonObject } from '../../../src/base/json.ts'
import type { OpenDashboard } from '../../support/dashboard.ts'
import { objects, type Json } from '../../support/requests.ts'

/** The code of a post-login action. */
export const code = (body = ''): string => `exports.onExecutePostLogin = async (event, api) => {\n${body}\n}\n`

/** The pages of actions of an opened dashboard. */
export function openActions(dashboard: OpenDashboard) {
  const { page, server } = dashboard
  const actions = async (): Promise<Json[]> => objects(await server.must('GET', 'actions/summary'), 'actions')
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const editor = (name: string) => page.getByRole('textbox', { name: `Source of the action ${name}` })
  const create = async (name: string, fields: JsonObject = {}, trigger = 'post-login'): Promise<string> => {
    const supported_triggers = [{ id: trigger }]
    const made = await server.must('POST', 'actions/actions', { name, supported_triggers, code: code(), ...fields })
    return String(made.id)
  }
  return {
    actions,
    button,
    editor,
    create,
    dialog: () => page.getByRole('dialog'),
    /** The names of the actions that triggers run, in order. */
    bound: async (): Promise<unknown[]> =>
      (await actions()).filter(({ position }) => position !== null).map(({ name }) => name),
    bind: (...ids: string[]): Promise<Json> =>
      server.must('PATCH', 'actions/triggers/post-login/bindings', {
        bindings: ids.map((value) => ({ ref: { type: 'action_id', value } })),
      }),
    /** Deletes all actions, for the next test. */
    async clear(): Promise<void> {
      // The page of the test before would read again what is deleted now.
      await page.goto('about:blank')
      dashboard.errors.length = 0
      for (const { id } of await actions()) await server.must('DELETE', `actions/actions/${String(id)}?force=true`)
    },
    async open(name: string, fields: JsonObject = {}, search = ''): Promise<string> {
      const id = await create(name, fields)
      await dashboard.goto(`actions/${id}${search}`)
      await editor(name).waitFor()
      return id
    },
    async write(field: ReturnType<typeof editor>, text: string): Promise<void> {
      await field.click()
      await page.keyboard.press('Control+A')
      // Chromium itself styles text that replaces marked text, which the Content-Security-Policy refuses.
      await page.keyboard.press('Delete')
      await page.keyboard.insertText(text)
    },
    async testIt(): Promise<void> {
      const answered = page.waitForResponse(/\/test$/)
      await button('Try').click()
      await answered
    },
  }
}
