import { Button, Group, Select, Stack, Text, Title } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useSession } from '../session/use-session'
import { RoutePending } from '../shell/route-states'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { DataTable } from '../ui/data-table'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { InviteMember } from './invite-member'
import { OpenInvitations } from './open-invitations'
import { useRoleOptions, type Role } from './role-options'

type Member = Item<'listTenantAdmins'>

/** The admins of the tenant, and the open invitations. */
export function MembersPage(): ReactElement {
  const t = useMessages().members
  const { data, error, refetch } = useRead('listTenantAdmins')
  if (error && !data) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data) return <RoutePending />
  return (
    <Page title={t.title} subtitle={t.subtitle} actions={<InviteMember />}>
      <DataTable
        label={t.title}
        head={[t.columns.member, t.columns.role, t.columns.lastLogin, t.columns.actions]}
        rows={data.admins.map((member) => [
          <Name key="name" member={member} />,
          <RoleSelect key="role" member={member} />,
          <Time key="last" value={member.last_login} is_relative />,
          <MemberActions key="actions" member={member} />,
        ])}
      />
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t.invitations}
        </Title>
        <OpenInvitations />
      </Stack>
    </Page>
  )
}

function Name({ member: { email, user_id, blocked } }: { member: Member }): ReactElement {
  const t = useMessages().members
  const is_self = useSession().user.user_id === user_id
  return (
    <Group gap="xs">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {email}
      </Text>
      {is_self && <StateBadge tone="info">{t.you}</StateBadge>}
      {blocked && <StateBadge tone="bad">{t.blocked}</StateBadge>}
    </Group>
  )
}

function RoleSelect({ member: { user_id, email, role } }: { member: Member }): ReactElement {
  const t = useMessages()
  const options = useRoleOptions()
  const update = useCall('updateTenantAdmin')
  const setRole = (next: Role, onDone: () => void): void =>
    update.mutate(
      { id: user_id, body: { role: next } },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const change = (next: Role): void =>
    setRole(next, () =>
      notifyUndo(t.members.roleChanged(email, t.ui.roles[next]), {
        label: t.ui.undo,
        run: () => setRole(role, () => undefined),
      }),
    )
  return (
    <Permission call="updateTenantAdmin">
      <Select
        aria-label={t.members.roleOf(email)}
        data={options}
        value={role}
        allowDeselect={false}
        miw={130}
        onChange={(value) => value !== null && value !== role && change(value)}
      />
    </Permission>
  )
}

function MemberActions({ member: { user_id, email } }: { member: Member }): ReactElement {
  const t = useMessages()
  const [is_open, setIsOpen] = useState(false)
  const signOut = useCall('signOutTenantAdmin')
  const remove = useCall('deleteTenantAdmin')
  return (
    <Group gap="xs" wrap="nowrap">
      <Permission call="signOutTenantAdmin">
        <Button
          size="compact-sm"
          variant="default"
          loading={signOut.isPending}
          aria-label={t.members.signOutOf(email)}
          onClick={() =>
            signOut.mutate(
              { id: user_id },
              {
                onSuccess: () => notify(t.members.signedOut(email)),
                onError: (error) => notifyProblem(t.ui.notSaved, error),
              },
            )
          }
        >
          {t.members.signOut}
        </Button>
      </Permission>
      <Permission call="deleteTenantAdmin">
        <Button
          size="compact-sm"
          variant="outline"
          color="red"
          aria-label={t.members.removeOf(email)}
          onClick={() => setIsOpen(true)}
        >
          {t.members.remove}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.members.removeTitle(email)}
        action={t.members.remove}
        name={email}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(
            { id: user_id },
            {
              onSuccess: () => {
                setIsOpen(false)
                notify(t.members.removed(email))
              },
            },
          )
        }
      >
        {t.members.removeText}
      </ConfirmDialog>
    </Group>
  )
}
