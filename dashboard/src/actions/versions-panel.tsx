import { Button, Group, Stack, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import type { CodeDraft } from '../scripting/code-draft'
import { RoutePending } from '../shell/route-states'
import { CompareDialog } from '../ui/compare-dialog'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import type { Action } from './action-page'

type Version = Answer<'listActionVersions'>['versions'][number]

// The server keeps as many.
const versions_max = 50

/** The deployed versions, newest first: compare each with the editor, or deploy it again. */
export function VersionsPanel({ action, draft }: { action: Action; draft: CodeDraft }): ReactElement {
  const t = useMessages().actions
  const { data, error, refetch } = useRead('listActionVersions', { id: action.id, per_page: versions_max })
  const [compared, setCompared] = useState<Version>()
  const [asked, setAsked] = useState<Version>()
  const restore = useRestore(action)
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const { versions } = data
  if (versions.length === 0) return <EmptyState title={t.noVersions} hint={t.noVersionsHint} />
  const start = (version: Version): void => {
    // What was saved and never deployed is in no version.
    if (action.all_changes_deployed) restore.run(version)
    else setAsked(version)
  }
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t.versionsHint(versions_max)}
      </Text>
      <DataTable
        label={t.panels.versions}
        head={[t.version, t.deployedAt, t.state, t.manage]}
        rows={versions.map((version) => [
          t.versionNumber(version.number),
          <Time key="at" value={version.created_at} is_relative />,
          version.deployed ? (
            <StateBadge key="state" tone="good">
              {t.runsNow}
            </StateBadge>
          ) : (
            ''
          ),
          <Group key="manage" gap="xs" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t.compareVersion(version.number)}
              onClick={() => setCompared(version)}
            >
              {t.compare}
            </Button>
            {!version.deployed && (
              <Permission call="deployActionVersion">
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t.restoreVersion(version.number)}
                  loading={restore.is_busy}
                  onClick={() => start(version)}
                >
                  {t.restore}
                </Button>
              </Permission>
            )}
          </Group>,
        ])}
      />
      <CompareDialog
        is_open={compared !== undefined}
        onClose={() => setCompared(undefined)}
        left={{ label: t.versionNumber(compared?.number ?? 0), text: compared?.code ?? '' }}
        right={{ label: t.inEditor, text: draft.text }}
      />
      <ConfirmDialog
        is_open={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={t.restoreTitle(asked?.number ?? 0)}
        action={t.restore}
        is_busy={restore.is_busy}
        onConfirm={() => {
          if (asked) restore.run(asked)
          setAsked(undefined)
        }}
      >
        {t.restoreText}
      </ConfirmDialog>
    </Stack>
  )
}

/** Deploys a version again, which is undone by deploying the one before. */
function useRestore({ id, deployed_version: before, all_changes_deployed }: Action): {
  run: (version: Version) => void
  is_busy: boolean
} {
  const t = useMessages()
  const { restored, notRestored } = t.actions
  const { undo } = t.ui
  const deploy = useCall('deployActionVersion')
  const run = (version_id: string, onDone: () => void): void =>
    deploy.mutate({ id, version_id }, { onSuccess: onDone, onError: (error) => notifyProblem(notRestored, error) })
  return {
    is_busy: deploy.isPending,
    run: (version) =>
      run(version.id, () => {
        const text = restored(version.number)
        if (!before || !all_changes_deployed) return notify(text)
        notifyUndo(text, { label: undo, run: () => run(before.id, () => undefined) })
      }),
  }
}
