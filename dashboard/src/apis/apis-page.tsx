import { Group, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { formatDuration } from '../ui/duration-field'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { StateBadge } from '../ui/state-badge'
import { CreateApi } from './create-api'
import { nameOfApi } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis')

type Api = Item<'listResourceServers'>

/** The list of APIs; the search is in the address. */
export function ApisPage(): ReactElement {
  const t = useMessages().apis
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const fields = 'id,name,identifier,is_system,token_lifetime'
  const pages = useReadPages('listResourceServers', { fields, ...(q === '' ? {} : { q }) })
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateApi />}>
      <SearchField
        label={t.searchLabel}
        value={q}
        onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
      />
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from={route.id} to="./$api_id" params={{ api_id: id }}>
            {content}
          </Link>
        )}
        empty={
          q === '' ? (
            <EmptyState title={t.empty} hint={t.emptyHint} action={<CreateApi />} />
          ) : (
            <EmptyState title={t.noMatch} hint={t.noMatchHint} />
          )
        }
      />
    </Page>
  )
}

function useColumns(): Column<Api>[] {
  const t = useMessages()
  const { columns, system } = t.apis
  return [
    {
      key: 'name',
      label: columns.name,
      cell: (api) => (
        <Group gap="xs" wrap="nowrap" component="span">
          <Text component="span" size="sm" truncate>
            {nameOfApi(api)}
          </Text>
          {api.is_system && <StateBadge tone="info">{system}</StateBadge>}
        </Group>
      ),
    },
    {
      key: 'identifier',
      label: columns.identifier,
      cell: ({ identifier }) => (
        <Text component="span" size="sm" ff="monospace" truncate>
          {identifier}
        </Text>
      ),
    },
    {
      key: 'lifetime',
      label: columns.lifetime,
      width: '9rem',
      is_wide_only: true,
      cell: ({ token_lifetime }) => (token_lifetime === undefined ? '' : formatDuration(t.ui.language, token_lifetime)),
    },
  ]
}
