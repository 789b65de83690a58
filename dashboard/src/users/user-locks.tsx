import { Group, List, Paper, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { CallButton } from '../ui/call-button'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { nameOf } from './user-name'

/** The locks of a user after failed logins; nothing where there are none. */
export function UserLocks({ user }: { user: Answer<'getUser'> }): ReactElement | null {
  const t = useMessages().user
  const { data, error, refetch } = useRead('listBlocksOfUser', { id: user.user_id })
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data || data.blocked_for.length === 0) return null
  return (
    <Paper withBorder p="md" component="section" aria-label={t.locks}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Text fw={600}>{t.locks}</Text>
          <List size="sm">
            {data.blocked_for.map(({ identifier = '', ip, connection = '' }, index) => (
              <List.Item key={index}>
                {t.lock(identifier, ip)} {connection !== '' && `(${connection})`}
              </List.Item>
            ))}
          </List>
        </div>
        <CallButton
          call="liftBlocksOfUser"
          input={{ id: user.user_id }}
          onSuccess={() => notify(t.unlocked(nameOf(user)))}
          label={t.unlock}
        />
      </Group>
    </Paper>
  )
}
