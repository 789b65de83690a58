import { Switch, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { useEnabledClients } from './use-enabled-clients'

const route = getRouteApi('/t/$tenant_id/connections/$connection_id/applications')

type Client = Item<'listClients'>

/** The applications whose users may log in with this connection. */
export function ApplicationsPage(): ReactElement {
  const t = useMessages().connections
  const { connection_id } = route.useParams()
  const clients = useReadPages('listClients', { is_global: false })
  const enabled = useEnabledClients(connection_id)
  if (enabled.error) return <Problem error={enabled.error} onRetry={enabled.retry} />
  const columns: Column<Client>[] = [
    { key: 'name', label: t.application, width: 'minmax(0, 2fr)', cell: ({ name }) => name },
    {
      key: 'id',
      label: t.clientId,
      is_wide_only: true,
      cell: ({ client_id }) => (
        <Text component="span" size="sm" ff="monospace" truncate>
          {client_id}
        </Text>
      ),
    },
    {
      key: 'enabled',
      label: t.mayUse,
      width: '8rem',
      cell: (client) => (
        <Enabled connection_id={connection_id} client={client} is_enabled={enabled.client_ids?.has(client.client_id)} />
      ),
    },
  ]
  return (
    <>
      <Text c="dimmed">{t.applicationsText}</Text>
      <List
        name={t.tabs.applications}
        columns={columns}
        pages={clients}
        keyOf={({ client_id }) => client_id}
        empty={<EmptyState title={t.noApplications} hint={t.noApplicationsHint} />}
      />
    </>
  )
}

/** `is_enabled`: undefined until it is known. */
function Enabled({
  connection_id,
  client,
  is_enabled,
}: {
  connection_id: string
  client: Client
  is_enabled: boolean | undefined
}): ReactElement {
  const t = useMessages()
  const update = useCall('updateConnectionClients')
  const { client_id, name } = client
  const change = (status: boolean): void =>
    update.mutate(
      { id: connection_id, body: [{ client_id, status }] },
      { onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  return (
    <Permission call="updateConnectionClients">
      <Switch
        aria-label={t.connections.mayUseIt(name ?? client_id)}
        checked={is_enabled ?? false}
        disabled={is_enabled === undefined || update.isPending}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </Permission>
  )
}
