import { Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useRef, useState, type ReactElement } from 'react'
import type { ScriptName } from '../../../src/contract/action-scripts.ts'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useLive } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { LiveBadge } from '../ui/live-badge'
import { Problem } from '../ui/problem'
import styles from './live-log.module.css'
import { LogLine } from './log-line'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/custom-database')

type Line = Item<'listScriptLogs'>

// More lines than these are not kept in the page: older ones are read again from the server.
const kept_max = 1000

/** The lines of the script log, newest first: those that the server has, and live those that follow. */
export function LiveLog({ connection_id, script }: { connection_id: string; script: ScriptName }): ReactElement {
  const t = useMessages().custom_database
  const { call } = route.useSearch()
  const navigate = route.useNavigate()
  const [only_script, setOnlyScript] = useState(true)
  const filter = call === undefined ? (only_script ? { script } : {}) : { call_id: call }
  return (
    <Stack gap="xs">
      {call === undefined ? (
        <Checkbox
          label={t.onlyThisScript}
          checked={only_script}
          onChange={(event) => setOnlyScript(event.currentTarget.checked)}
        />
      ) : (
        <Group>
          <Text>{t.oneCall}</Text>
          <Button
            size="xs"
            variant="default"
            onClick={() => void navigate({ search: (now) => ({ ...now, call: undefined }), resetScroll: false })}
          >
            {t.allCalls}
          </Button>
        </Group>
      )}
      {/* Another filter begins anew. */}
      <Lines key={JSON.stringify(filter)} connection_id={connection_id} filter={filter} />
    </Stack>
  )
}

function Lines({
  connection_id,
  filter,
}: {
  connection_id: string
  filter: { script?: ScriptName; call_id?: string }
}): ReactElement {
  const t = useMessages().custom_database
  const viewport = useRef<HTMLDivElement>(null)
  const [arrived, setArrived] = useState<Line[]>([])
  const [waiting, setWaiting] = useState<Line[]>([])
  const pages = useReadPages('listScriptLogs', { id: connection_id, ...filter })
  const { call_id, ...live_filter } = filter
  const live = useLive('followScriptLogs', { id: connection_id, ...live_filter }, ({ event, data }) => {
    if (event !== 'line') return
    const line = data as Line
    if (call_id !== undefined && line.call_id !== call_id) return
    // While older lines are read, newer ones wait, so that nothing moves.
    const is_reading = (viewport.current?.scrollTop ?? 0) > 0
    const add = (lines: Line[]): Line[] => [line, ...lines].slice(0, kept_max)
    if (is_reading) setWaiting(add)
    else setArrived(add)
  })
  const showWaiting = (): void => {
    setArrived((lines) => [...waiting, ...lines].slice(0, kept_max))
    setWaiting([])
    viewport.current?.scrollTo({ top: 0 })
  }
  const seen = new Set<string>()
  const lines = [...arrived, ...pages.items].filter(({ id }) => !seen.has(id) && seen.add(id))
  return (
    <>
      <Group justify="space-between">
        <LiveBadge state={live} />
        {waiting.length > 0 && (
          <Group gap="xs" role="status">
            <Text size="sm">
              {t.paused}: {t.newLines(waiting.length)}
            </Text>
            <Button size="xs" onClick={showWaiting}>
              {t.showNew}
            </Button>
          </Group>
        )}
      </Group>
      {pages.error && <Problem error={pages.error} onRetry={pages.retry} />}
      {pages.is_pending && !pages.error && <Skeleton height={160} />}
      {!pages.is_pending && !pages.error && lines.length === 0 && (
        <EmptyState title={t.logEmpty} hint={t.logEmptyHint} />
      )}
      {lines.length > 0 && (
        <div
          ref={viewport}
          className={styles.viewport}
          role="log"
          aria-live="off"
          aria-label={t.panels.log}
          tabIndex={0}
          onScroll={(event) => {
            if (event.currentTarget.scrollTop === 0 && waiting.length > 0) showWaiting()
          }}
        >
          {lines.map((line) => (
            <LogLine key={line.id} line={line} has_script={filter.script === undefined} />
          ))}
          {pages.has_more && (
            <Button size="xs" variant="default" m="xs" loading={pages.is_loading_more} onClick={pages.loadMore}>
              {t.older}
            </Button>
          )}
        </div>
      )}
    </>
  )
}
