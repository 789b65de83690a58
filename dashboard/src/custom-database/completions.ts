import { sandbox, script_arguments } from 'virtual:contract'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import type { Completion } from '../ui/code-mirror'

const in_require = /\brequire\(\s*['"`][\w@/.:-]*$/

const of_sandbox: readonly Completion[] = [
  ...sandbox.modules.map((label) => ({ label, after: in_require })),
  ...sandbox.globals.map(({ name, from }) => (from === undefined ? { label: name } : { label: name, detail: from })),
]

/** What the editor of a script completes: the arguments, the globals, the modules within `require('…')`, and the names of the configuration. */
export function completionsOf(script: ScriptName, configuration: readonly string[]): readonly Completion[] {
  return [
    ...[...script_arguments[script], 'callback'].map((label) => ({ label, detail: script })),
    ...configuration.map((name) => ({ label: `configuration.${name}` })),
    ...of_sandbox,
  ]
}
