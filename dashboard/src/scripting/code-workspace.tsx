import { Group, Stack } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { useMessages } from '../messages/use-messages'
import { CodeEditor } from '../ui/code-editor'
import type { Completion } from '../ui/code-mirror'
import { LeaveGuard } from '../ui/form'
import { Problem } from '../ui/problem'
import type { CodeDraft } from './code-draft'
import { DraftConflict, OfferedDraft } from './draft-alerts'
import { DraftButtons } from './draft-buttons'

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
  const { saved, text, discard } = draft
  return (
    <Stack gap="sm">
      <LeaveGuard is_dirty={draft.is_changed} keeps_search />
      {draft.is_offered && (
        <OfferedDraft title={t.offered} onTake={draft.takeOffered} onDiscard={draft.discardOffered} />
      )}
      {draft.is_behind && (
        <DraftConflict title={t.conflict} saved={saved} text={text} onDiscard={discard} onRebase={draft.rebase} />
      )}
      <CodeEditor
        label={label}
        language="javascript"
        rows={18}
        value={text}
        is_read_only={is_read_only}
        onChange={draft.change}
        completions={completions}
        error={draft.error}
      />
      {error !== null && error !== undefined && draft.is_changed && <Problem error={error} title={t.notSaved} />}
      <Group>
        {children}
        {draft.is_changed && <DraftButtons saved={saved} text={text} onDiscard={discard} />}
      </Group>
    </Stack>
  )
}
