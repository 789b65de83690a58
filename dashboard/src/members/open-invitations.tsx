import { Skeleton, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { CallButton } from '../ui/call-button'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'

/** The invitations that are not accepted yet, each of which can be withdrawn. */
export function OpenInvitations(): ReactElement {
  const t = useMessages()
  const { data, error, refetch } = useRead('listAdminInvitations')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={52} />
  if (data.invitations.length === 0) return <Text c="dimmed">{t.members.noInvitations}</Text>
  return (
    <DataTable
      is_stacked
      label={t.members.invitations}
      head={[t.members.email, t.members.columns.role, t.members.expires, t.members.columns.actions]}
      rows={data.invitations.map(({ id, email, role, expires_at }) => [
        <Text key="email" size="sm" style={{ overflowWrap: 'anywhere' }}>
          {email}
        </Text>,
        t.ui.roles[role],
        <Time key="expires" value={expires_at} />,
        <CallButton
          key="withdraw"
          call="deleteAdminInvitation"
          input={{ id }}
          onSuccess={() => notify(t.members.withdrawn(email))}
          label={t.members.withdraw}
          button={{ size: 'compact-sm', 'aria-label': t.members.withdrawOf(email) }}
        />,
      ])}
    />
  )
}
