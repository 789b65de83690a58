import { Switch, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { SearchField } from '../ui/search-field'
import { useEnabledConnections } from './use-enabled-connections'

const route = getRouteApi('/t/$tenant_id/applications/$client_id/connections')

type Connection = Item<'listConnections'>

/** The connections whose users may log in to the application. */
export function ConnectionsPage(): ReactElement {
  const t = useMessages().applications
  const { client_id } = route.useParams()
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const connections = useReadPages('listConnections', {
    fields: 'id,name,display_name',
    ...(q === '' ? {} : { q }),
  })
  const enabled = useEnabledConnections(client_id)
  if (enabled.error) return <Problem error={enabled.error} onRetry={enabled.retry} />
  const columns: Column<Connection>[] = [
    {
      key: 'name',
      label: t.connection,
      width: 'minmax(0, 2fr)',
      cell: ({ name, display_name }) => display_name ?? name,
    },
    {
      key: 'enabled',
      label: t.enabled,
      width: '8rem',
      cell: (connection) => (
        <Enabled client_id={client_id} connection={connection} is_enabled={enabled.ids?.has(connection.id)} />
      ),
    },
  ]
  return (
    <>
      <Text c="dimmed">{t.connectionsText}</Text>
      <SearchField
        label={t.connectionSearch}
        value={q}
        onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
      />
      <List
        name={t.connections}
        columns={columns}
        pages={connections}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from="/t/$tenant_id" to="./connections/$connection_id" params={{ connection_id: id }}>
            {content}
          </Link>
        )}
        empty={
          q === '' ? (
            <EmptyState title={t.noConnections} hint={t.noConnectionsHint} />
          ) : (
            <EmptyState title={t.noConnectionMatch} />
          )
        }
      />
    </>
  )
}

/** `is_enabled`: undefined until it is known. */
function Enabled({
  client_id,
  connection: { id, name },
  is_enabled,
}: {
  client_id: string
  connection: Connection
  is_enabled: boolean | undefined
}): ReactElement {
  const t = useMessages()
  const update = useCall('updateConnectionClients', { also: ['clients'] })
  const change = (status: boolean): void =>
    update.mutate({ id, body: [{ client_id, status }] }, { onError: (error) => notifyProblem(t.ui.notSaved, error) })
  return (
    <Permission call="updateConnectionClients">
      <Switch
        aria-label={t.applications.enabledOf(name)}
        checked={is_enabled ?? false}
        disabled={is_enabled === undefined || update.isPending}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </Permission>
  )
}
