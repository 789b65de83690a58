import { script_arguments } from 'virtual:contract'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { sandbox_completions } from '../scripting/sandbox-completions'
import type { Completion } from '../ui/code-mirror'

/** What the editor of a script completes: the arguments, the globals, the modules within `require('…')`, and the names of the configuration. */
export function completionsOf(script: ScriptName, configuration: readonly string[]): readonly Completion[] {
  return [
    ...[...script_arguments[script], 'callback'].map((label) => ({ label, detail: script })),
    ...configuration.map((name) => ({ label: `configuration.${name}` })),
    ...sandbox_completions,
  ]
}
