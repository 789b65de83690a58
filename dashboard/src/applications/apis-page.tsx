import { Group, Skeleton, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead, useReadPages } from '../client/use-client'
import { Authorize } from '../client-grants/authorize'
import { chunkOf } from '../client-grants/chunk-of'
import { GrantActions, type Grant } from '../client-grants/grant-actions'
import { GrantedScopes } from '../client-grants/granted'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { StateBadge } from '../ui/state-badge'

const route = getRouteApi('/t/$tenant_id/applications/$client_id/apis')

// So long is the query of a request at most, with its characters percent-encoded.
const query_max = 2000

/** The APIs that the application may call for itself. */
export function ApisPage(): ReactElement {
  const t = useMessages().applications
  const { client_id } = route.useParams()
  const grants = useReadPages('listClientGrants', { client_id })
  const audiences = grants.items.map(({ audience }) => audience)
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={760}>
          {t.apisText}
        </Text>
        <Authorize client_id={client_id} />
      </Group>
      <List
        name={t.apis}
        columns={useColumns(audiences)}
        pages={grants}
        keyOf={({ id }) => id}
        empty={<EmptyState title={t.noApis} hint={t.noApisHint} />}
      />
    </>
  )
}

function useColumns(audiences: readonly string[]): Column<Grant>[] {
  const { grant: texts } = useMessages().apis
  return [
    {
      key: 'api',
      label: texts.api,
      width: 'minmax(0, 2fr)',
      cell: ({ audience }) => <Api audience={audience} audiences={audiences} />,
    },
    { key: 'granted', label: texts.granted, is_wide_only: true, cell: (grant) => <GrantedScopes grant={grant} /> },
    {
      key: 'actions',
      label: texts.actions,
      width: '9.5rem',
      cell: (grant) => <GrantActions grant={grant} name={grant.audience} />,
    },
  ]
}

/** The API of a row: those of its neighbours are read by the same request. */
function Api({ audience, audiences }: { audience: string; audiences: readonly string[] }): ReactElement {
  const { system } = useMessages().apis
  const identifiers = [...chunkOf(audiences, audience, query_max)]
  const fields = 'id,identifier,name,is_system'
  const input = { identifiers, fields, per_page: 100 }
  const { data, isPending } = useRead('listResourceServers', input, { keep_previous: true })
  const api = Array.isArray(data) ? data.find(({ identifier }) => identifier === audience) : undefined
  if (isPending) return <Skeleton height={12} width="70%" />
  // Without its name it has its identifier still.
  if (!api) return <>{audience}</>
  const { id, name = audience, is_system } = api
  return (
    <Group gap="xs" wrap="nowrap" component="span">
      <Text component="span" size="sm" truncate title={audience}>
        <Link from="/t/$tenant_id" to="./apis/$api_id" params={{ api_id: id }}>
          {name}
        </Link>
      </Text>
      {is_system && <StateBadge tone="info">{system}</StateBadge>}
    </Group>
  )
}
