import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { phaseOf } from '../migration/phase'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { StateBadge } from '../ui/state-badge'
import { CreateConnection } from './create-connection'

type Connection = Item<'listMigrations'>

const refresh_ms = 15_000

/** The list of connections, with how far the migration of each is: one request for each page of them. */
export function ConnectionsPage(): ReactElement {
  const t = useMessages().connections
  const pages = useReadPages('listMigrations', {}, { every_ms: refresh_ms })
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateConnection />}>
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ connection_id }) => connection_id}
        link={({ connection_id }, content) => (
          <Link from="/t/$tenant_id/connections" to="./$connection_id" params={{ connection_id }}>
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
      cell: ({ connection, display_name }) => display_name ?? connection,
    },
    { key: 'mode', label: columns.mode, is_wide_only: true, cell: ({ mode }) => modes[mode] },
    {
      key: 'here',
      label: columns.here,
      is_wide_only: true,
      is_number: true,
      cell: ({ users }) => t.ui.number(users),
    },
    {
      key: 'not_yet',
      label: columns.notYet,
      is_wide_only: true,
      is_number: true,
      cell: (connection) => <NotYet {...connection} />,
    },
    {
      key: 'today',
      label: columns.today,
      is_wide_only: true,
      is_number: true,
      cell: ({ mode, moved_today }) => (mode === 'local' ? '–' : t.ui.number(moved_today)),
    },
    {
      key: 'health',
      label: columns.health,
      width: 'minmax(8rem, 1fr)',
      cell: (connection) => <Health {...connection} />,
    },
  ]
}

function NotYet({ mode, states, directory_loaded }: Connection): ReactElement {
  const t = useMessages()
  if (mode === 'local') return <>–</>
  if (!directory_loaded) return <span title={t.connections.notYetUnknownHint}>{t.connections.notYetUnknown}</span>
  return <>{t.ui.number(states.unseen + states.seen + states.reset_pending + states.refused)}</>
}

function Health(connection: Connection): ReactElement {
  const t = useMessages().connections
  const { mode, circuit, failed_today } = connection
  if (phaseOf(connection) === 'ended') return <StateBadge tone="neutral">{t.migrationEnded}</StateBadge>
  if (circuit !== 'closed') return <StateBadge tone="bad">{t.turnsAway}</StateBadge>
  if (failed_today > 0) return <StateBadge tone="warning">{t.failedToday(failed_today)}</StateBadge>
  return mode === 'local' ? <>–</> : <StateBadge tone="good">{t.noneFailedToday}</StateBadge>
}
