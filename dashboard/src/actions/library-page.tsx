import { Group, Select, SimpleGrid } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { SearchField } from '../ui/search-field'
import { Time } from '../ui/time'
import { ActionTabs } from './action-tabs'
import { CreateAction } from './create-action'
import { statuses, type Status } from './search'
import { StatusBadge } from './status-badge'
import { trigger_names } from './trigger-samples'
import { statusOf, triggerOf, useActions, type ActionSummary } from './use-actions'

const route = getRouteApi('/t/$tenant_id/actions')

/** All actions: what each is for, which version runs, and where. */
export function LibraryPage(): ReactElement {
  const t = useMessages().actions
  const { q, trigger, status } = route.useSearch()
  const { data, error, isPending, refetch } = useActions()
  const all = data?.actions ?? []
  const text = q?.toLowerCase()
  const items = all.filter(
    (action) =>
      (text === undefined || action.name.toLowerCase().includes(text)) &&
      (trigger === undefined || action.trigger_id === trigger) &&
      (status === undefined || statusOf(action) === status),
  )
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<CreateAction trigger="post-login" />}>
      <ActionTabs />
      {all.length > 0 && <Filters />}
      <List
        name={t.title}
        columns={useColumns()}
        pages={{
          items,
          total: items.length,
          is_pending: isPending,
          error: data ? null : error,
          has_more: false,
          is_loading_more: false,
          loadMore: () => undefined,
          retry: () => void refetch(),
        }}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from="/t/$tenant_id/actions" to="./$action_id" params={{ action_id: id }} search={{}}>
            {content}
          </Link>
        )}
        empty={
          all.length > 0 ? (
            <EmptyState title={t.noneFound} hint={t.noneFoundHint} />
          ) : (
            <EmptyState title={t.empty} hint={t.emptyHint} />
          )
        }
      />
    </Page>
  )
}

function Filters(): ReactElement {
  const t = useMessages().actions
  const { q, trigger, status } = route.useSearch()
  const navigate = route.useNavigate()
  const change = (changed: { q?: string; trigger?: string; status?: Status }): void =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true })
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} style={{ alignItems: 'end' }}>
      <SearchField
        label={t.search}
        value={q ?? ''}
        onSearch={(next) => change({ q: next === '' ? undefined : next })}
      />
      <Select
        label={t.trigger}
        placeholder={t.any}
        clearable
        data={trigger_names.map((value) => ({ value, label: t.triggerNames[value] }))}
        value={trigger ?? null}
        onChange={(next) => change({ trigger: next ?? undefined })}
      />
      <Select
        label={t.status}
        placeholder={t.any}
        clearable
        data={statuses.map((value) => ({ value, label: t.statuses[value] }))}
        value={status ?? null}
        onChange={(next) => change({ status: next ?? undefined })}
      />
    </SimpleGrid>
  )
}

function useColumns(): Column<ActionSummary>[] {
  const t = useMessages().actions
  return [
    { key: 'name', label: t.name, width: 'minmax(0, 2fr)', cell: ({ name }) => name },
    {
      key: 'trigger',
      label: t.trigger,
      is_wide_only: true,
      cell: ({ trigger_id }) => {
        const trigger = triggerOf(trigger_id)
        return trigger === undefined ? trigger_id : t.triggerNames[trigger]
      },
    },
    {
      key: 'status',
      label: t.status,
      width: 'minmax(8rem, 1fr)',
      cell: (action) => (
        <Group gap="xs">
          <StatusBadge action={action} />
        </Group>
      ),
    },
    {
      key: 'version',
      label: t.deployedVersion,
      is_wide_only: true,
      is_number: true,
      width: 'minmax(0, 0.6fr)',
      cell: ({ deployed_version }) => (deployed_version === null ? '–' : t.versionNumber(deployed_version.number)),
    },
    {
      key: 'updated',
      label: t.updated,
      is_wide_only: true,
      cell: ({ updated_at }) => <Time value={updated_at} is_relative />,
    },
  ]
}
