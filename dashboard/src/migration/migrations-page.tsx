import { Group, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useRead, useReadPages } from '../client/use-client'
import { repeatedState } from '../client/use-live'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { LiveBadge } from '../ui/live-badge'
import { Page } from '../ui/page'
import { StateBadge } from '../ui/state-badge'
import { notMoved } from './filters'
import { phaseOf } from './phase'

const route = getRouteApi('/t/$tenant_id/migration')
const read_every_ms = 10_000

type Migration = Item<'listMigrations'>
/** The migrations of all connections. */
export function MigrationsPage(): ReactElement {
  const t = useMessages().migration
  const sums = useRead('listMigrations', { per_page: 1 }, { every_ms: read_every_ms })
  const pages = useReadPages('listMigrations', {}, { every_ms: read_every_ms })
  const totals = sums.data?.totals
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <Group justify="space-between">
        <Text fw={600}>{totals && t.totals(totals.states.migrated, notMoved(totals.states), totals.moved_today)}</Text>
        <LiveBadge state={repeatedState(sums)} />
      </Group>
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ connection_id }) => connection_id}
        link={({ connection_id }, content) => (
          <Link from={route.id} to="./$connection_id" params={{ connection_id }}>
            {content}
          </Link>
        )}
        empty={<EmptyState title={t.noConnections} hint={t.noConnectionsHint} />}
      />
    </Page>
  )
}

// Wide enough on a phone for a long word in the head.
const count_width = 'minmax(5.5rem, 1fr)'

function useColumns(): Column<Migration>[] {
  const t = useMessages()
  const { columns, modes, knownOnly, circuitOpen, endedBadge, finishingBadge } = t.migration
  const modeName = (migration: Migration): string =>
    ({ open: modes[migration.mode], finishing: finishingBadge, ended: endedBadge })[phaseOf(migration)]
  return [
    {
      key: 'connection',
      label: columns.connection,
      width: 'minmax(0, 2fr)',
      cell: ({ connection, circuit }) => (
        <Group gap="xs" wrap="nowrap" component="span">
          <Text component="span" size="sm" truncate>
            {connection}
          </Text>
          {circuit !== 'closed' && <StateBadge tone="bad">{circuitOpen}</StateBadge>}
        </Group>
      ),
    },
    { key: 'mode', label: columns.mode, is_wide_only: true, cell: modeName },
    {
      key: 'moved',
      label: columns.moved,
      width: count_width,
      is_number: true,
      cell: ({ states }) => t.ui.number(states.migrated),
    },
    {
      key: 'not_yet',
      label: columns.notYet,
      width: count_width,
      is_number: true,
      cell: ({ states, mode, directory_loaded }) => {
        if (mode === 'local') return '–'
        const known = notMoved(states)
        return directory_loaded ? t.ui.number(known) : knownOnly(known)
      },
    },
    {
      key: 'today',
      label: columns.today,
      is_wide_only: true,
      is_number: true,
      cell: ({ moved_today }) => t.ui.number(moved_today),
    },
  ]
}
