import { Group, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { NoRows } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { CreateUser } from './create-user'
import { readUserFilters, sortText, type UserFilters } from './user-filters'
import { nameOf } from './user-name'
import { userSearch } from './user-search'
import { UserSelects } from './user-selects'

const route = getRouteApi('/t/$tenant_id/users')

type User = Item<'listUsers'>

// Where the server stops counting the users of a search, and those who came in one way.
const total_max = 10_000

/** The list of users; search, filters and order are in the address. */
export function UsersPage(): ReactElement {
  const t = useMessages().users
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const { q = '', way, connection } = filters
  const search = userSearch(q)
  const pages = useReadPages('listUsers', {
    sort: sortText(filters),
    ...(search === undefined ? {} : { q: search }),
    ...(way === undefined ? {} : { arrived_through: way }),
    ...(connection === undefined ? {} : { connection }),
  })
  const change = (changed: Partial<Record<keyof UserFilters, unknown>>): void =>
    void navigate({ search: readUserFilters({ ...filters, ...changed }), replace: true })
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateUser />}>
      <SearchField label={t.searchLabel} value={q} onSearch={(text) => change({ q: text })} />
      <UserSelects filters={filters} onChange={change} />
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ user_id }) => user_id}
        {...(search === undefined && way === undefined ? {} : { total_max })}
        link={({ user_id }, content) => (
          <Link from={route.id} to="./$user_id" params={{ user_id }}>
            {content}
          </Link>
        )}
        empty={<NoRows texts={t} is_filtered={q !== '' || way !== undefined || connection !== undefined} />}
      />
    </Page>
  )
}

function useColumns(): Column<User>[] {
  const t = useMessages()
  const { columns, arrived, blocked } = t.users
  return [
    {
      key: 'user',
      label: columns.user,
      width: 'minmax(0, 2fr)',
      cell: (user) => (
        <Group gap="xs" wrap="nowrap" component="span">
          <Text component="span" size="sm" truncate>
            {nameOf(user)}
          </Text>
          {user.blocked === true && <StateBadge tone="bad">{blocked}</StateBadge>}
        </Group>
      ),
    },
    {
      key: 'connection',
      label: columns.connection,
      is_wide_only: true,
      cell: ({ identities }) => identities.map(({ connection }) => connection).join(', '),
    },
    {
      key: 'arrived',
      label: columns.arrived,
      cell: ({ arrived_through = 'unknown' }) =>
        arrived_through in arrived ? arrived[arrived_through as keyof typeof arrived] : arrived_through,
    },
    {
      key: 'logins',
      label: columns.logins,
      width: '6rem',
      is_wide_only: true,
      is_number: true,
      cell: ({ logins_count = 0 }) => t.ui.number(logins_count),
    },
    {
      key: 'last',
      label: columns.last,
      is_wide_only: true,
      cell: ({ last_login }) => <Time {...(last_login === undefined ? {} : { value: last_login })} is_relative />,
    },
  ]
}
