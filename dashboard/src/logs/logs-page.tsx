import { Button, Group } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { exact_filters, logQuery, readFilters, type LogFilters } from './log-filters'
import { LogList } from './log-list'
import { LogSelects } from './log-selects'

const route = getRouteApi('/t/$tenant_id/logs')

/** The log events of the tenant; the filters are in the address. */
export function LogsPage(): ReactElement {
  const t = useMessages().logs
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const { live = false, ...others } = filters
  // A period of the past ends when it was chosen: the list stays the same while it is read.
  const q = useMemo(() => logQuery(others, Date.now()), [JSON.stringify(others)])
  const change = (changed: Partial<Record<keyof LogFilters, unknown>>): void =>
    void navigate({ search: readFilters({ ...filters, ...changed }), replace: true })
  return (
    <Page title={t.title} subtitle={t.subtitle}>
      <SearchField label={t.searchLabel} value={filters.q ?? ''} onSearch={(typed) => change({ q: typed })} />
      <LogSelects filters={filters} onChange={change} />
      <ExactFilters filters={filters} onChange={change} />
      {/* Another query shares nothing with this one. */}
      <LogList key={q} q={q} is_filtered={q !== undefined} live={live} onLive={(next) => change({ live: next })} />
    </Page>
  )
}

/** The filters that a link to this page set, each with a button that removes it. */
function ExactFilters({
  filters,
  onChange,
}: {
  filters: LogFilters
  onChange: (changed: Partial<LogFilters>) => void
}): ReactElement | null {
  const t = useMessages().logs
  const set = exact_filters.filter((name) => filters[name] !== undefined)
  if (set.length === 0) return null
  return (
    <Group gap="xs">
      {set.map((name) => (
        <Button
          key={name}
          size="compact-sm"
          variant="default"
          maw="100%"
          aria-label={t.removeFilter(t.exact[name], filters[name] ?? '')}
          onClick={() => onChange({ [name]: undefined })}
        >
          {t.exact[name]}: {filters[name]} ✕
        </Button>
      ))}
    </Group>
  )
}
