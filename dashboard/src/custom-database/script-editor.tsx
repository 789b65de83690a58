import { useMemo, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CodeEditor } from '../ui/code-editor'
import { completionsOf } from './completions'
import type { Script } from './scripts'
import type { ScriptDrafts } from './script-drafts'

/** An error on a line of a script, found in this text. */
export type ScriptMark = { script: ScriptName; source: string; line: number; message: string }

/** The editor of a script: of its draft, or of what is saved. */
export function ScriptEditor({
  connection_id,
  script,
  state,
  mark,
}: {
  connection_id: string
  script: Script
  state: ScriptDrafts
  mark: ScriptMark | undefined
}): ReactElement {
  const t = useMessages().custom_database
  const can = useCan('updateScripts')
  const configuration = useRead('listConfiguration', { id: connection_id })
  const text = state.drafts[script.script]?.source ?? script.source ?? ''
  const completions = useMemo(
    () => completionsOf(script.script, configuration.data?.values.map(({ name }) => name) ?? []),
    [script.script, configuration.data],
  )
  // After an edit the line may be another one.
  const error = useMemo(
    () => (mark?.source === text ? { line: mark.line, message: mark.message } : undefined),
    [mark, text],
  )
  return (
    <CodeEditor
      key={script.script}
      label={t.editorLabel(script.script)}
      language="javascript"
      rows={22}
      value={text}
      is_read_only={!can}
      onChange={(source) => state.change(script, source)}
      completions={completions}
      error={error}
    />
  )
}
