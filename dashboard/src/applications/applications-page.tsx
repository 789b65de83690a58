import { Group, Select, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { choiceOf } from '../ui/search-params'
import { StateBadge } from '../ui/state-badge'
import { client_types, isClientType, type ListedClient } from './client-types'
import { CreateApplication } from './create-application'

const route = getRouteApi('/t/$tenant_id/applications')

/** The members of applications that the list shows: never a secret. */
const fields = 'client_id,name,app_type,is_first_party'

/** The list of applications; search and type are in the address. */
export function ApplicationsPage(): ReactElement {
  const t = useMessages().applications
  const { q = '', type } = route.useSearch()
  const navigate = route.useNavigate()
  const pages = useReadPages('listClients', {
    is_global: false,
    fields,
    ...(q === '' ? {} : { q }),
    ...(type === undefined ? {} : { app_type: type }),
  })
  const change = (changed: { q?: string | undefined; type?: string | null }): void =>
    void navigate({
      search: ({ q: before_q, type: before_type }) => ({
        q: 'q' in changed ? changed.q || undefined : before_q,
        type: 'type' in changed ? choiceOf(client_types, changed.type) : before_type,
      }),
      replace: true,
    })
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateApplication />}>
      <Group gap="xs" align="flex-start" grow preventGrowOverflow={false}>
        <SearchField label={t.searchLabel} value={q} onSearch={(text) => change({ q: text })} />
        <Select
          aria-label={t.type}
          placeholder={t.anyType}
          data={client_types.map((value) => ({ value, label: t.types[value] }))}
          value={type ?? null}
          clearable
          clearButtonProps={{ 'aria-label': t.anyType }}
          maw={280}
          onChange={(value) => change({ type: value })}
        />
      </Group>
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ client_id }) => client_id}
        link={({ client_id }, content) => (
          <Link from={route.id} to="./$client_id" params={{ client_id }}>
            {content}
          </Link>
        )}
        empty={
          q === '' && type === undefined ? (
            <EmptyState title={t.empty} hint={t.emptyHint} action={<CreateApplication />} />
          ) : (
            <EmptyState title={t.noMatch} hint={t.noMatchHint} />
          )
        }
      />
    </Page>
  )
}

function useColumns(): Column<ListedClient>[] {
  const { columns, types, otherType, firstParty } = useMessages().applications
  return [
    {
      key: 'name',
      label: columns.name,
      width: 'minmax(0, 2fr)',
      cell: ({ name, is_first_party }) => (
        <Group gap="xs" wrap="nowrap" component="span">
          <Text component="span" size="sm" truncate>
            {name}
          </Text>
          {is_first_party === false && <StateBadge tone="info">{firstParty}</StateBadge>}
        </Group>
      ),
    },
    {
      key: 'type',
      label: columns.type,
      cell: ({ app_type }) => (isClientType(app_type) ? types[app_type] : otherType(app_type)),
    },
    {
      key: 'id',
      label: columns.id,
      width: 'minmax(0, 1.5fr)',
      is_wide_only: true,
      cell: ({ client_id }) => (
        <Text component="span" size="sm" ff="monospace" truncate>
          {client_id}
        </Text>
      ),
    },
  ]
}
