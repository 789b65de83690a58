import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useReadPages } from '../client/use-client'
import { changeTitle } from '../logs/log-meaning'
import { useMessages } from '../messages/use-messages'
import { NoRows } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { Time } from '../ui/time'
import { callerOf, type ChangeEvent } from './change'

const route = getRouteApi('/t/$tenant_id/audit')

// The query is a phrase: nothing that is typed is an operator.
const phrase = (text: string): string => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

function queryOf(text: string): string {
  if (text === '') return 'type:sapi'
  const fields = ['user_name', 'client_name', 'client_id', 'details.resource', 'details.operation']
  return `type:sapi AND (${fields.map((field) => `${field}:${phrase(text)}`).join(' OR ')})`
}

/** What admins, clients and commands did, newest first; the search is in the address. */
export function AuditPage(): ReactElement {
  const t = useMessages().audit
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const pages = useReadPages('listLogs', { q: queryOf(q), sort: 'date:-1' })
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <SearchField
        label={t.searchLabel}
        value={q}
        onSearch={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
      />
      <List
        name={t.title}
        columns={useColumns()}
        pages={pages}
        keyOf={({ log_id }) => log_id}
        link={({ log_id }, content) => (
          <Link from={route.id} to="./$log_id" params={{ log_id }}>
            {content}
          </Link>
        )}
        empty={<NoRows texts={t} is_filtered={q !== ''} />}
      />
    </Page>
  )
}

function useColumns(): Column<ChangeEvent>[] {
  const texts = useMessages()
  const { columns } = texts.audit
  return [
    { key: 'what', label: columns.what, width: 'minmax(0, 3fr)', cell: (event) => changeTitle(event, texts) },
    { key: 'who', label: columns.who, width: 'minmax(0, 1.5fr)', cell: callerOf },
    {
      key: 'when',
      label: columns.when,
      width: 'minmax(4.5rem, 1fr)',
      cell: ({ date }) => <Time value={date} is_relative />,
    },
  ]
}
