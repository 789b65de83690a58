import { Alert, Button, Group, List, Stack } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import type { ProblemError } from '../client/problem-error'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DraftButtons } from '../scripting/draft-buttons'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { closeLoadNotice } from './load-notice'
import { doesRun } from './script-facts'
import type { Connection, Script } from './scripts'
import type { ScriptDrafts } from './script-drafts'
import type { ScriptMark } from './script-editor'

// The refusal of a syntax error names its line and the member of the body.
const syntax_error = /'(Syntax error in line (\d+)[^']*)' on property options\.customScripts\.(\w+)/

type Props = {
  connection: Connection
  /** Those that were changed. */
  scripts: Script[]
  /** The one in the editor. */
  shown: Script
  state: ScriptDrafts
  onMark: (mark: ScriptMark | undefined) => void
  /** Called after a save. */
  onSaved: () => void
}

/** Saves the changed scripts, all of them or none, and only these. */
export function SaveScripts({ connection, scripts, shown, state, onMark, onSaved }: Props): ReactElement {
  const t = useMessages().custom_database
  const update = useCall('updateScripts')
  const [is_removing, setIsRemoving] = useState(false)
  const draft = state.drafts[shown.script]
  const markError = ({ message }: ProblemError): void => {
    const [, text, line, script] = syntax_error.exec(message) ?? []
    const name = scripts.find((one) => one.script === script)?.script
    const source = name && state.drafts[name]?.source
    if (name && source !== undefined && text !== undefined)
      onMark({ script: name, source, line: Number(line), message: text })
  }
  const save = (): void => {
    const entries = scripts.flatMap(({ script }) => {
      const one = state.drafts[script]
      return one ? [[script, { source: one.source === '' ? null : one.source, replaces: one.replaces }] as const] : []
    })
    onMark(undefined)
    const showLoadNoticeAgain = closeLoadNotice(connection.id)
    update.mutate(
      { id: connection.id, body: { scripts: Object.fromEntries(entries) } },
      {
        onSuccess: ({ script_warnings }) => {
          state.discard(entries.map(([script]) => script))
          if (!script_warnings) notify(scripts.some((one) => doesRun(connection, one)) ? t.savedDone : t.savedUnused)
          onSaved()
        },
        onError: (error) => {
          markError(error)
          showLoadNoticeAgain()
        },
      },
    )
  }
  const remove = (): void =>
    update.mutate(
      { id: connection.id, body: { scripts: { [shown.script]: { source: null, replaces: shown.version } } } },
      {
        onSuccess: () => {
          state.discard([shown.script])
          setIsRemoving(false)
          notify(t.removedDone(shown.script))
        },
      },
    )
  return (
    <Stack gap="xs">
      {update.error && scripts.length > 0 && <Problem error={update.error} title={t.notSaved} />}
      <Warnings answer={scripts.length === 0 ? update.data : undefined} />
      <Group>
        <Permission call="updateScripts">
          <Button disabled={scripts.length === 0} loading={update.isPending} onClick={save}>
            {t.save(Math.max(scripts.length, 1))}
          </Button>
        </Permission>
        {draft && (
          <DraftButtons
            saved={shown.source ?? ''}
            text={draft.source}
            onDiscard={() => state.discard([shown.script])}
          />
        )}
        {shown.source !== null && (
          <Permission call="updateScripts">
            <Button variant="subtle" color="red" onClick={() => setIsRemoving(true)}>
              {t.remove}
            </Button>
          </Permission>
        )}
      </Group>
      <ConfirmDialog
        is_open={is_removing}
        onClose={() => setIsRemoving(false)}
        title={t.removeTitle(shown.script)}
        action={t.remove}
        is_busy={update.isPending}
        error={update.error}
        onConfirm={remove}
      >
        {t.removeText}
      </ConfirmDialog>
    </Stack>
  )
}

function Warnings({ answer }: { answer: Answer<'updateScripts'> | undefined }): ReactElement | null {
  const t = useMessages()
  const warnings = answer?.script_warnings ?? []
  if (warnings.length === 0) return null
  const textOf = ({ script, message, line }: { script: string; message: string; line?: number }): string =>
    `${script}: ${line === undefined ? message : t.ui.lineOf(line, message)}`
  return (
    <Alert color="yellow" title={t.custom_database.warnings} role="status">
      <List size="sm">
        {warnings.map((warning) => (
          <List.Item key={textOf(warning)}>{textOf(warning)}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
