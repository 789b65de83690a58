import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useState, type ReactElement, type ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { CodeEditor } from '../ui/code-editor'
import type { Completion } from '../ui/code-mirror'
import { CompareDialog } from '../ui/compare-dialog'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { LeaveGuard } from '../ui/form'
import { Problem } from '../ui/problem'
import type { CodeDraft } from './code-draft'

/** The editor of a rule or an action with its draft: what was offered back, what another admin saved, and what differs from what is saved. */
export function CodeWorkspace({
  label,
  draft,
  completions,
  is_read_only,
  error,
  children,
}: {
  /** The accessible name of the editor. */
  label: string
  draft: CodeDraft
  completions: readonly Completion[]
  is_read_only: boolean
  /** Why the last save was refused. */
  error: unknown
  /** The buttons that save. */
  children: ReactNode
}): ReactElement {
  const t = useMessages().scripting
  const [dialog, setDialog] = useState<'discard' | 'compare'>()
  const close = (): void => setDialog(undefined)
  return (
    <Stack gap="sm">
      <LeaveGuard is_dirty={draft.is_changed} keeps_search />
      {draft.is_offered && <Offered draft={draft} />}
      {draft.is_behind && <Conflict draft={draft} onCompare={() => setDialog('compare')} />}
      <CodeEditor
        label={label}
        language="javascript"
        rows={18}
        value={draft.text}
        is_read_only={is_read_only}
        onChange={draft.change}
        completions={completions}
        error={draft.error}
      />
      {error !== null && error !== undefined && draft.is_changed && <Problem error={error} title={t.notSaved} />}
      <Group>
        {children}
        {draft.is_changed && (
          <>
            <Button variant="default" onClick={() => setDialog('discard')}>
              {t.discard}
            </Button>
            <Button variant="default" onClick={() => setDialog('compare')}>
              {t.compare}
            </Button>
          </>
        )}
      </Group>
      <ConfirmDialog
        is_open={dialog === 'discard'}
        onClose={close}
        title={t.discardTitle}
        action={t.discard}
        onConfirm={() => {
          draft.discard()
          close()
        }}
      >
        {t.discardText}
      </ConfirmDialog>
      <CompareDialog
        is_open={dialog === 'compare'}
        onClose={close}
        left={{ label: t.savedSide, text: draft.saved }}
        right={{ label: t.yoursSide, text: draft.text }}
      />
    </Stack>
  )
}

function Offered({ draft }: { draft: CodeDraft }): ReactElement {
  const t = useMessages().scripting
  return (
    <Alert color="blue" title={t.offered}>
      <Text size="sm">{t.offeredHint}</Text>
      <Group mt="sm">
        <Button size="xs" onClick={draft.takeOffered}>
          {t.takeOffered}
        </Button>
        <Button size="xs" variant="default" onClick={draft.discardOffered}>
          {t.discardOffered}
        </Button>
      </Group>
    </Alert>
  )
}

function Conflict({ draft, onCompare }: { draft: CodeDraft; onCompare: () => void }): ReactElement {
  const t = useMessages().scripting
  return (
    <Alert color="red" role="alert" title={t.conflict}>
      <Text size="sm">{t.conflictHint}</Text>
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={onCompare}>
          {t.compare}
        </Button>
        <Button size="xs" variant="default" onClick={draft.discard}>
          {t.takeTheirs}
        </Button>
        <Button size="xs" color="red" variant="outline" onClick={draft.rebase}>
          {t.overwrite}
        </Button>
      </Group>
    </Alert>
  )
}
