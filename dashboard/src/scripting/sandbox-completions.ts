import { sandbox } from 'virtual:contract'
import type { Completion } from '../ui/code-mirror'

const in_require = /\brequire\(\s*['"`][\w@/.:-]*$/

/** The globals of the sandbox, and its modules within `require('…')`. */
export const sandbox_completions: readonly Completion[] = [
  ...sandbox.modules.map((label) => ({ label, after: in_require })),
  ...sandbox.globals.map(({ name, from }) => (from === undefined ? { label: name } : { label: name, detail: from })),
]
