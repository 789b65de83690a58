import { Button, Group, Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useCall } from '../client/use-client'
import type { Pages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { SearchField } from '../ui/search-field'
import { EditScope, NewScope, type Scope } from './scope-dialogs'
import { useApi, type Api } from './use-api'

const route = getRouteApi('/t/$tenant_id/apis/$api_id/permissions')

/** The permissions of an API. */
export function PermissionsPage(): ReactElement {
  const { api_id } = route.useParams()
  // The frame shows why it could not be read.
  const { data: api } = useApi(api_id)
  return api ? <Permissions api={api} /> : <RoutePending />
}

/** All of an API's permissions come at once: a search of them is complete. */
function pageOf(scopes: Scope[]): Pages<Scope> {
  const nothing = (): void => undefined
  return {
    items: scopes,
    total: scopes.length,
    is_pending: false,
    error: null,
    has_more: false,
    is_loading_more: false,
    loadMore: nothing,
    retry: nothing,
  }
}

function Permissions({ api }: { api: Api }): ReactElement {
  const t = useMessages().apis
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const scopes = api.scopes ?? []
  const text = q.trim().toLowerCase()
  const found = scopes.filter(({ value, description = '' }) => `${value} ${description}`.toLowerCase().includes(text))
  return (
    <Stack maw={1040}>
      <Group justify="space-between" align="flex-start">
        <Text c="dimmed" maw={760}>
          {t.permissionsText}
        </Text>
        {!api.is_system && <NewScope api={api} />}
      </Group>
      <SearchField
        label={t.permissionSearch}
        value={q}
        onSearch={(next) => void navigate({ search: next === '' ? {} : { q: next }, replace: true })}
      />
      <List
        name={t.permissions}
        columns={useColumns(api)}
        pages={pageOf(found)}
        keyOf={({ value }) => value}
        empty={
          scopes.length === 0 ? (
            <EmptyState title={t.noPermissions} hint={t.noPermissionsHint} />
          ) : (
            <EmptyState title={t.noPermissionMatch} />
          )
        }
      />
    </Stack>
  )
}

function useColumns(api: Api): Column<Scope>[] {
  const t = useMessages().apis
  const columns: Column<Scope>[] = [
    {
      key: 'value',
      label: t.permission,
      cell: ({ value }) => (
        <Text component="span" size="sm" ff="monospace" truncate>
          {value}
        </Text>
      ),
    },
    {
      key: 'description',
      label: t.description,
      width: 'minmax(0, 1.5fr)',
      is_wide_only: true,
      cell: ({ description = '' }) => <span title={description}>{description}</span>,
    },
  ]
  if (api.is_system) return columns
  return [
    ...columns,
    { key: 'actions', label: t.actions, width: '10rem', cell: (scope) => <ScopeActions api={api} scope={scope} /> },
  ]
}

function ScopeActions({ api, scope }: { api: Api; scope: Scope }): ReactElement {
  const t = useMessages()
  const texts = t.apis
  const update = useCall('updateResourceServer')
  const save = (scopes: Scope[], onSuccess?: () => void): void =>
    update.mutate(
      { id: api.id, body: { scopes } },
      { ...(onSuccess ? { onSuccess } : {}), onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const before = api.scopes ?? []
  const remove = (): void =>
    save(
      before.filter(({ value }) => value !== scope.value),
      () => notifyUndo(texts.removed(scope.value), { label: t.ui.undo, run: () => save(before) }),
    )
  return (
    <Group gap="xs" wrap="nowrap">
      <EditScope api={api} scope={scope} />
      <Permission call="updateResourceServer">
        <Button
          size="compact-sm"
          variant="outline"
          color="red"
          loading={update.isPending}
          aria-label={texts.removeOf(scope.value)}
          onClick={remove}
        >
          {texts.remove}
        </Button>
      </Permission>
    </Group>
  )
}
