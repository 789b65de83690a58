import { Group, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, type ReactElement } from 'react'
import { useCan } from '../client/use-client'
import { logQuery } from '../logs/log-filters'
import { LogList } from '../logs/log-list'
import { useMessages } from '../messages/use-messages'
import { RoleNeeded } from '../ui/role-needed'

const route = getRouteApi('/t/$tenant_id/users/$user_id/logs')

/** The log events of a user. */
export function UserLogsPage(): ReactElement {
  const t = useMessages().user
  const { user_id } = route.useParams()
  const { live = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan('listLogs')
  const q = useMemo(() => logQuery({ user_id }, Date.now()), [user_id])
  if (!can) return <RoleNeeded call="listLogs" />
  return (
    <Stack>
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t.logsHint}
        </Text>
        <Link from="/t/$tenant_id" to="./logs" search={{ user_id }}>
          {t.allLogs}
        </Link>
      </Group>
      <LogList
        key={q}
        q={q}
        is_filtered={false}
        live={live}
        onLive={(next) => void navigate({ search: next ? { live: true } : {}, replace: true })}
      />
    </Stack>
  )
}
