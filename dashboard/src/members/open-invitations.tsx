import { Button, Skeleton, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { Time } from '../ui/time'

/** The invitations that are not accepted yet, each of which can be withdrawn. */
export function OpenInvitations(): ReactElement {
  const t = useMessages()
  const { data, error, refetch } = useRead('listAdminInvitations')
  const withdraw = useCall('deleteAdminInvitation')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height={52} />
  if (data.invitations.length === 0) return <Text c="dimmed">{t.members.noInvitations}</Text>
  return (
    <DataTable
      label={t.members.invitations}
      head={[t.members.email, t.members.columns.role, t.members.expires, t.members.columns.actions]}
      rows={data.invitations.map(({ id, email, role, expires_at }) => [
        email,
        t.ui.roles[role],
        <Time key="expires" value={expires_at} />,
        <Permission key="withdraw" call="deleteAdminInvitation">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t.members.withdrawOf(email)}
            onClick={() =>
              withdraw.mutate(
                { id },
                {
                  onSuccess: () => notify(t.members.withdrawn(email)),
                  onError: (problem) => notifyProblem(t.ui.notSaved, problem),
                },
              )
            }
          >
            {t.members.withdraw}
          </Button>
        </Permission>,
      ])}
    />
  )
}
