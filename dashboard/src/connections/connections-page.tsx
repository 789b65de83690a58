import { Skeleton, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Answer, Item } from '../client/contract-types'
import { useCan, useRead, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { StateBadge } from '../ui/state-badge'
import { health_tones } from './connection-health'
import { modeOf } from './connection-mode'
import { CreateConnection } from './create-connection'

type Connection = Item<'listConnections'>
type Migration = Answer<'getMigration'>

/** The list of connections, with how far the migration of each is. */
export function ConnectionsPage(): ReactElement {
  const t = useMessages().connections
  const pages = useReadPages('listConnections', {})
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateConnection />}>
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from="/t/$tenant_id/connections" to="./$connection_id" params={{ connection_id: id }}>
            {content}
          </Link>
        )}
        empty={<EmptyState title={t.empty} hint={t.emptyHint} action={<CreateConnection />} />}
      />
    </Page>
  )
}

function useColumns(): Column<Connection>[] {
  const t = useMessages()
  const { columns, modes } = t.connections
  return [
    {
      key: 'name',
      label: columns.name,
      width: 'minmax(0, 2fr)',
      cell: ({ name, display_name }) => display_name ?? name,
    },
    { key: 'mode', label: columns.mode, cell: (connection) => modes[modeOf(connection)] },
    {
      key: 'here',
      label: columns.here,
      is_wide_only: true,
      is_number: true,
      cell: (connection) => <Figure connection={connection} is_of_all figure={({ users }) => t.ui.number(users)} />,
    },
    {
      key: 'not_yet',
      label: columns.notYet,
      is_wide_only: true,
      is_number: true,
      cell: (connection) => <Figure connection={connection} figure={(migration) => <NotYet {...migration} />} />,
    },
    {
      key: 'today',
      label: columns.today,
      is_wide_only: true,
      is_number: true,
      cell: (connection) => (
        <Figure connection={connection} figure={(migration) => t.ui.number(movedToday(migration))} />
      ),
    },
    {
      key: 'health',
      label: columns.health,
      cell: (connection) => <Figure connection={connection} figure={(migration) => <Health {...migration} />} />,
    },
  ]
}

function movedToday({ days }: Migration): number {
  const today = new Date().toISOString().slice(0, 10)
  return days.find(({ day }) => day === today)?.migrated ?? 0
}

/** A figure of the migration of a connection; with `is_of_all`, of one without a legacy store, too. All cells of a row share one request, and only rows in view exist. */
function Figure({
  connection,
  is_of_all = false,
  figure,
}: {
  connection: Connection
  is_of_all?: boolean
  figure: (migration: Migration) => ReactNode
}): ReactElement {
  const enabled = useCan('getMigration') && (is_of_all || modeOf(connection) !== 'local')
  const { data, error } = useRead('getMigration', { connection_id: connection.id, days: 1 }, { enabled })
  if (!enabled) return <>–</>
  if (error) return <Text size="sm">{error.message}</Text>
  return data ? <>{figure(data)}</> : <Skeleton height={12} width="50%" />
}

function NotYet({ states, directory }: Migration): ReactElement {
  const t = useMessages()
  if (!directory.loaded) return <span title={t.connections.notYetUnknownHint}>{t.connections.notYetUnknown}</span>
  return <>{t.ui.number(states.unseen + states.seen + states.reset_pending + states.refused)}</>
}

function Health({ health }: Migration): ReactElement {
  const t = useMessages().connections
  return <StateBadge tone={health_tones[health.status]}>{t.health[health.status]}</StateBadge>
}
