import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CompareDialog } from '../ui/compare-dialog'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { formatTime, Time } from '../ui/time'
import type { Script } from './scripts'
import type { ScriptDraft } from './script-drafts'

type Version = Answer<'listScriptVersions'>['versions'][number]

const refresh_ms = 5000

/**
 * The versions of a script: the outcomes of the current one beside the one before, and all that can be restored. A version is named by the time of
 * its save: its number is that of the connection, which also counts changes of the other scripts.
 */
export function VersionsPanel({
  connection_id,
  script,
  draft,
}: {
  connection_id: string
  script: Script
  draft: ScriptDraft | undefined
}): ReactElement {
  const t = useMessages().custom_database
  const input = { id: connection_id, script: script.script }
  const { data, error, refetch } = useRead('listScriptVersions', input, { every_ms: refresh_ms })
  const [compared, setCompared] = useState<Version>()
  const restore = useRestore(connection_id, script)
  const timeOf = useTimeOf()
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  const { versions } = data
  if (versions.length === 0) return <EmptyState title={t.noVersions} hint={t.noVersionsHint} />
  const [newest, before] = versions
  return (
    <Stack>
      {newest?.is_current === true && before && (
        <Beside current={newest} before={before} onRollBack={() => restore.run(before)} is_busy={restore.is_busy} />
      )}
      <DataTable
        label={t.panels.versions}
        head={[t.savedAt, t.savedBy, t.calls, t.errors, t.p95, t.actions]}
        rows={versions.map((version) => rowOf(version))}
      />
      {compared !== undefined && (
        <CompareVersion
          input={{ ...input, version: compared.version }}
          label={t.versionSide(timeOf(compared))}
          text={draft?.source ?? script.source ?? ''}
          onClose={() => setCompared(undefined)}
        />
      )}
    </Stack>
  )

  function rowOf(version: Version): ReactElement[] {
    const { total } = version.calls
    const { saved_by } = version
    const source = versions.find((one) => one.version === version.restored_from)
    return [
      <Group key="at" gap="xs" wrap="nowrap">
        <Time value={version.saved_at} />
        {version.is_current && <StateBadge tone="good">{t.current}</StateBadge>}
      </Group>,
      <Text key="by" size="sm">
        {saved_by.user_name ?? saved_by.client_id ?? t.through[saved_by.through]}
        {version.restored_from !== undefined && ` (${source ? t.restoredFrom(timeOf(source)) : t.restored})`}
      </Text>,
      <span key="calls">{total.calls}</span>,
      <span key="errors">{total.errors}</span>,
      <span key="p95">{total.p95_ms === null ? '–' : t.ms(total.p95_ms)}</span>,
      <Group key="actions" gap="xs" wrap="nowrap">
        <Button size="compact-sm" variant="default" onClick={() => setCompared(version)}>
          {t.showDiff}
        </Button>
        {!version.is_current && (
          <Permission call="restoreScriptVersion">
            <Button size="compact-sm" variant="default" loading={restore.is_busy} onClick={() => restore.run(version)}>
              {t.restore}
            </Button>
          </Permission>
        )}
      </Group>,
    ]
  }
}

/** When a version was saved, as people read it. */
function useTimeOf(): (version: Version) => string {
  const { language } = useMessages().ui
  return ({ saved_at }) => formatTime(language, new Date(saved_at))
}

/** Restores a version, which can be undone by restoring the one before. */
function useRestore(connection_id: string, script: Script): { run: (version: Version) => void; is_busy: boolean } {
  const t = useMessages()
  const timeOf = useTimeOf()
  const restore = useCall('restoreScriptVersion')
  const run = (version: number, onDone: () => void): void =>
    restore.mutate(
      { id: connection_id, script: script.script, version },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.custom_database.notRestored, error) },
    )
  return {
    is_busy: restore.isPending,
    run: (version) => {
      const { version: current } = script
      run(version.version, () => {
        if (current === null) return
        notifyUndo(t.custom_database.restoredDone(timeOf(version)), {
          label: t.ui.undo,
          run: () => run(current, () => undefined),
        })
      })
    },
  }
}

function Beside({
  current,
  before,
  onRollBack,
  is_busy,
}: {
  current: Version
  before: Version
  onRollBack: () => void
  is_busy: boolean
}): ReactElement {
  const t = useMessages().custom_database
  const sides = [current.calls.total, before.calls.total]
  const names = [...new Set(sides.flatMap(({ outcomes }) => Object.keys(outcomes)))].toSorted()
  const share = (count: number, calls: number): string =>
    calls === 0 ? '–' : `${count} (${((100 * count) / calls).toFixed(1)} %)`
  const timeOf = useTimeOf()
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h5">
          {t.beside}
        </Title>
        <Permission call="restoreScriptVersion">
          <Button size="xs" variant="default" loading={is_busy} onClick={onRollBack}>
            {t.rollBack}
          </Button>
        </Permission>
      </Group>
      <Text size="sm" c="dimmed">
        {t.besideHint}
      </Text>
      <DataTable
        label={t.beside}
        head={[t.outcome, t.versionSide(timeOf(current)), t.versionSide(timeOf(before))]}
        rows={[
          ...names.map((name) => [name, ...sides.map(({ outcomes, calls }) => share(outcomes[name] ?? 0, calls))]),
          [t.calls, ...sides.map(({ calls }) => calls)],
          [t.p95, ...sides.map(({ p95_ms }) => (p95_ms === null ? '–' : t.ms(p95_ms)))],
        ]}
      />
    </Stack>
  )
}

function CompareVersion({
  input,
  label,
  text,
  onClose,
}: {
  input: { id: string; script: Script['script']; version: number }
  label: string
  text: string
  onClose: () => void
}): ReactElement {
  const t = useMessages().custom_database
  const { data, error, refetch } = useRead('getScriptVersion', input)
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  return (
    <CompareDialog
      is_open
      onClose={onClose}
      left={{ label, text: data.source }}
      right={{ label: t.editorSide, text }}
    />
  )
}
