import { Group, Skeleton, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead, useReadPages } from '../client/use-client'
import { Authorize } from '../client-grants/authorize'
import { chunkOf } from '../client-grants/chunk-of'
import { GrantActions, type Grant } from '../client-grants/grant-actions'
import { GrantedScopes } from '../client-grants/granted'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { useApi, type Api } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis/$api_id/applications')

// The longest `client_ids` of the contract.
const ids_max = 5000

/** The applications that may call the API for themselves. */
export function ApplicationsPage(): ReactElement {
  const { api_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: api } = useApi(api_id)
  return api ? <Applications api={api} /> : <RoutePending />
}

function Applications({ api: { identifier } }: { api: Api }): ReactElement {
  const t = useMessages().apis
  const grants = useReadPages('listClientGrants', { audience: identifier })
  const client_ids = grants.items.map(({ client_id }) => client_id)
  const texts = t.grant
  const columns: Column<Grant>[] = [
    {
      key: 'application',
      label: texts.application,
      width: 'minmax(0, 2fr)',
      cell: ({ client_id }) => <ApplicationLink client_id={client_id} client_ids={client_ids} />,
    },
    { key: 'granted', label: texts.granted, is_wide_only: true, cell: (grant) => <GrantedScopes grant={grant} /> },
    {
      key: 'actions',
      label: texts.actions,
      width: '9.5rem',
      cell: (grant) => <Actions grant={grant} client_ids={client_ids} />,
    },
  ]
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={760}>
          {t.applicationsText}
        </Text>
        <Authorize audience={identifier} />
      </Group>
      <List
        name={t.applications}
        columns={columns}
        pages={grants}
        keyOf={({ id }) => id}
        empty={<EmptyState title={t.noApplications} hint={t.noApplicationsHint} />}
      />
    </>
  )
}

/** The name of the application of a row: those of its neighbours are read by the same request. Undefined until it is known. */
function useName(client_id: string, client_ids: readonly string[]): string | undefined {
  const ids = chunkOf(client_ids, client_id, ids_max).join(',')
  const input = { client_ids: ids, fields: 'client_id,name', per_page: 100 }
  const { data, isPending } = useRead('listClients', input, { keep_previous: true })
  const found = Array.isArray(data) ? data.find((client) => client.client_id === client_id) : undefined
  return isPending ? undefined : (found?.name ?? client_id)
}

function ApplicationLink({
  client_id,
  client_ids,
}: {
  client_id: string
  client_ids: readonly string[]
}): ReactElement {
  const name = useName(client_id, client_ids)
  if (name === undefined) return <Skeleton height={12} width="70%" />
  return (
    <Link from="/t/$tenant_id" to="./applications/$client_id" params={{ client_id }} title={client_id}>
      {name}
    </Link>
  )
}

function Actions({ grant, client_ids }: { grant: Grant; client_ids: readonly string[] }): ReactElement {
  const name = useName(grant.client_id, client_ids)
  return <GrantActions grant={grant} name={name ?? grant.client_id} />
}
