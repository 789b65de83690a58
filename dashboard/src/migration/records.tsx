import { Button, Group, Menu, Select } from '@mantine/core'
import { getRouteApi, Link, useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactElement } from 'react'
import type { MigrationState, Outcome } from '../../../src/contract/outcomes.ts'
import type { Item } from '../client/contract-types'
import { download } from '../client/download'
import { useRead, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { notifyProblem } from '../ui/notices'
import { SearchField } from '../ui/search-field'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { causeKey, useCauseName } from './cause-name'
import {
  countChosen,
  isFiltered,
  listInput,
  more_filters,
  people_hash,
  readFilters,
  state_filters,
  ways,
} from './filters'
import { Found } from './found'
import { recordName, stateTones } from './record-name'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id')

type MigrationRecord = Item<'listMigrationRecords'>

/**
 * The people of a migration that the filters of the address choose.
 *
 * @param states the counts by state
 * @param figures changes when the list may have become old
 */
export function Records({
  connection_id,
  states: counts,
  figures,
}: {
  connection_id: string
  states: Record<MigrationState, number>
  figures: string | undefined
}): ReactElement {
  const t = useMessages().migration
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const input = listInput(connection_id, filters)
  const pages = useReadPages('listMigrationRecords', input)
  const is_old = useIsOld(figures, `${JSON.stringify(input)} ${pages.is_pending}`)
  const { hash, state } = useLocation()
  const top = useRef<HTMLDivElement>(null)
  // The key is another one after each click, also on a link with the same fragment.
  useEffect(() => {
    if (hash === people_hash) top.current?.scrollIntoView()
  }, [hash, state.__TSR_key])
  return (
    <div ref={top}>
      <Section title={t.records} actions={<Export connection_id={connection_id} />}>
        <SearchField
          label={t.searchLabel}
          value={filters.q ?? ''}
          onSearch={(text) =>
            void navigate({
              search: (before) => ({ ...before, q: text === '' ? undefined : text }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <FilterFields />
        {filters.q !== undefined && <Found connection_id={connection_id} q={filters.q} />}
        {is_old.value && (
          <Group role="status">
            {t.changed}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                is_old.reset()
                pages.retry()
              }}
            >
              {t.refresh}
            </Button>
          </Group>
        )}
        <List
          name={t.list}
          columns={useColumns()}
          pages={pages.has_more ? { ...pages, total: countChosen(counts, filters) } : pages}
          keyOf={({ record_id }) => record_id}
          link={({ record_id }, content) => (
            <Link from={route.id} to="./people/$record_id" params={{ record_id }}>
              {content}
            </Link>
          )}
          empty={
            isFiltered(filters) ? (
              <EmptyState title={t.noMatch} hint={t.noMatchHint} />
            ) : (
              <EmptyState title={t.noRecords} hint={t.noRecordsHint} />
            )
          }
        />
      </Section>
    </div>
  )
}

/** Whether the figures have changed since the list with this key was read. `figures`: undefined until they are as new as the list. */
function useIsOld(figures: string | undefined, key: string): { value: boolean; reset: () => void } {
  const [read_with, setReadWith] = useState(figures)
  const latest = useRef(figures)
  latest.current = figures
  const is_known = figures !== undefined
  useEffect(() => setReadWith(latest.current), [key, is_known])
  return { value: is_known && read_with !== undefined && read_with !== figures, reset: () => setReadWith(figures) }
}

function FilterFields(): ReactElement {
  const { migration: t, rehearsal } = useMessages()
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const set = (name: string, value: string | null): void =>
    void navigate({
      search: (before) => readFilters({ ...before, [name]: value ?? undefined }),
      resetScroll: false,
    })
  const field = (
    name: 'state' | 'outcome' | 'through' | 'more' | 'cause' | 'rehearsed',
    label: string,
    names: Record<string, string>,
  ) => (
    <Select
      size="xs"
      label={label}
      placeholder={t.filterAny}
      clearable
      value={filters[name] ?? null}
      data={Object.entries(names).map(([value, text]) => ({ value, label: text }))}
      onChange={(value) => set(name, value)}
    />
  )
  const some = <T extends string>(choices: readonly T[], names: Record<T, string>): Record<string, string> =>
    Object.fromEntries(choices.map((choice) => [choice, names[choice]]))
  return (
    <Group align="flex-end" role="group" aria-label={t.filters}>
      {field('state', t.filterState, some(state_filters, { ...t.states, not_moved: t.stateNotMoved }))}
      {field('outcome', t.filterOutcome, t.outcomes)}
      {field('through', t.filterWay, some(ways, t.ways))}
      {field('more', t.filterMore, some(more_filters, t.more))}
      {field('cause', t.needsYou, useCauses(filters.cause))}
      {field('rehearsed', t.filterRehearsed, rehearsal.outcomes)}
      {isFiltered(filters) && (
        <Button size="xs" variant="default" onClick={() => void navigate({ search: {}, resetScroll: false })}>
          {t.clearFilters}
        </Button>
      )}
    </Group>
  )
}

/** The causes by which people can be chosen, with their names: those that need an action now, and the chosen one. */
function useCauses(chosen: string | undefined): Record<string, string> {
  const { connection_id } = route.useParams()
  const nameOf = useCauseName()
  const { data } = useRead('getMigrationCauses', { connection_id })
  const open = (data?.people ?? []).filter(({ kind, people, decided }) => kind !== 'drift' && people > decided)
  const names = Object.fromEntries(open.map((cause) => [causeKey(cause), nameOf(cause)]))
  if (chosen === undefined || chosen in names) return names
  const [kind = '', cause = ''] = chosen.split(':')
  return { ...names, [chosen]: nameOf({ kind: kind as Parameters<typeof nameOf>[0]['kind'], cause }) }
}

function Export({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().migration
  const { tenant_id } = useTenant()
  const filters = route.useSearch()
  const [is_busy, setIsBusy] = useState(false)
  const save = (format: 'csv' | 'ndjson'): void => {
    setIsBusy(true)
    download(tenant_id, 'exportMigrationRecords', { ...listInput(connection_id, filters), format })
      .catch((error: unknown) => notifyProblem(t.exportFailed, error))
      .finally(() => setIsBusy(false))
  }
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" size="xs" loading={is_busy}>
          {t.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => save('csv')}>{t.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => save('ndjson')}>{t.exportJson}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

// The states that a load of the directory sets: without an attempt, their time is that of the load.
const changed_by_load: readonly MigrationState[] = ['unseen', 'refused']

function useColumns(): Column<MigrationRecord>[] {
  const { columns, states: names, outcomes } = useMessages().migration
  return [
    { key: 'person', label: columns.person, width: 'minmax(0, 2fr)', cell: (record) => recordName(record) },
    {
      key: 'state',
      label: columns.state,
      width: '8.5rem',
      cell: ({ state }) => <StateBadge tone={stateTones[state]}>{names[state]}</StateBadge>,
    },
    {
      key: 'outcome',
      label: columns.lastOutcome,
      is_wide_only: true,
      cell: ({ last_outcome }) =>
        last_outcome === undefined ? '–' : (outcomes[last_outcome as Outcome] ?? last_outcome),
    },
    {
      key: 'when',
      label: columns.when,
      is_wide_only: true,
      cell: ({ state, last_outcome_at, updated_at }) => {
        if (last_outcome_at !== undefined) return <Time value={last_outcome_at} is_relative />
        return changed_by_load.includes(state) ? '–' : <Time value={updated_at} is_relative />
      },
    },
    { key: 'legacy_id', label: columns.legacyId, is_wide_only: true, cell: ({ legacy_id }) => legacy_id ?? '–' },
  ]
}
