import { Button, Group, Paper, Switch, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useRef, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { NoRows } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { LiveBadge } from '../ui/live-badge'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import styles from './log-list.module.css'
import { isFailure, titleOf, type LogEvent } from './log-meaning'
import { totalMax, useLiveEvents } from './use-live-events'

/** The events that a query finds, and new ones with `live`. */
export function LogList({
  q,
  is_filtered,
  live,
  onLive,
}: {
  q: string | undefined
  is_filtered: boolean
  live: boolean
  onLive: (live: boolean) => void
}): ReactElement {
  const t = useMessages().logs
  const viewport = useRef<HTMLDivElement>(null)
  const { pages, state, waiting, is_more_waiting, onScroll } = useLiveEvents(q, live)
  return (
    <>
      <Group mih={30}>
        <Switch label={t.live} checked={live} onChange={(event) => onLive(event.currentTarget.checked)} />
        {live && <LiveBadge state={state} />}
      </Group>
      {waiting > 0 && (
        <Paper withBorder p="xs">
          <Group justify="space-between">
            <Text size="sm" role="status">
              {t.waiting(waiting, is_more_waiting)}
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => viewport.current?.scrollTo({ top: 0 })}>
              {t.showNew}
            </Button>
          </Group>
        </Paper>
      )}
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ log_id }) => log_id}
        total_max={totalMax(q)}
        viewport={viewport}
        onScroll={onScroll}
        link={({ log_id }, content) => (
          <Link from="/t/$tenant_id" to="./logs/$log_id" params={{ log_id }}>
            {content}
          </Link>
        )}
        empty={<NoRows texts={t} is_filtered={is_filtered} />}
      />
    </>
  )
}

function useColumns(): Column<LogEvent>[] {
  const texts = useMessages()
  const t = texts.logs
  const { columns } = t
  return [
    {
      key: 'event',
      label: columns.event,
      width: 'minmax(0, 3fr)',
      cell: (event) => (
        <span className={styles.event}>
          <span className={styles.state}>
            <StateBadge tone={isFailure(event) ? 'bad' : 'good'}>
              {isFailure(event) ? t.failed : t.succeeded}
            </StateBadge>
          </span>
          <span className={styles.title}>{titleOf(event, texts)}</span>
        </span>
      ),
    },
    {
      key: 'user',
      label: columns.user,
      width: 'minmax(0, 1.5fr)',
      cell: ({ user_name, user_id }) => user_name || user_id || '–',
    },
    { key: 'connection', label: columns.connection, is_wide_only: true, cell: ({ connection }) => connection ?? '–' },
    {
      key: 'application',
      label: columns.application,
      is_wide_only: true,
      cell: ({ client_name, client_id }) => client_name ?? client_id ?? '–',
    },
    {
      key: 'time',
      label: columns.time,
      width: 'minmax(4.5rem, 0.75fr)',
      cell: ({ date }) => <Time value={date} is_relative />,
    },
  ]
}
