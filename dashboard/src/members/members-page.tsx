import { Button, Group, Select, Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useSession } from '../session/use-session'
import { RoutePending } from '../shell/route-states'
import { CallButton } from '../ui/call-button'
import { ConfirmButton, red } from '../ui/confirm-button'
import { DataTable } from '../ui/data-table'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { Unavailable } from '../ui/unavailable'
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
        is_stacked
        label={t.title}
        head={[t.columns.member, t.columns.role, t.columns.lastLogin, t.columns.actions]}
        rows={data.admins.map((member) => [
          <Name key="name" member={member} />,
          <RoleSelect key="role" member={member} />,
          <LastLogin key="last" member={member} />,
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

function LastLogin({ member: { last_login, has_other_tenants } }: { member: Member }): ReactElement {
  const t = useMessages().members
  if (!has_other_tenants) return <Time value={last_login} is_relative />
  return (
    <Text size="sm" c="dimmed">
      {t.inOtherTenants}
    </Text>
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

function MemberActions({ member: { user_id, email, has_other_tenants } }: { member: Member }): ReactElement {
  const t = useMessages().members
  const own_id = useSession().user.user_id
  return (
    <Group gap="xs">
      {has_other_tenants && user_id !== own_id ? (
        <Unavailable reason={t.onlyThemselves(email)}>
          <Button size="compact-sm" variant="default" aria-label={t.signOutOf(email)}>
            {t.signOut}
          </Button>
        </Unavailable>
      ) : (
        <CallButton
          call="signOutTenantAdmin"
          input={{ id: user_id }}
          onSuccess={() => notify(t.signedOut(email))}
          label={t.signOut}
          button={{ size: 'compact-sm', 'aria-label': t.signOutOf(email) }}
        />
      )}
      <ConfirmButton
        call="deleteTenantAdmin"
        input={{ id: user_id }}
        onSuccess={() => notify(t.removed(email))}
        label={t.remove}
        title={t.removeTitle(email)}
        name={email}
        button={{ ...red, size: 'compact-sm', 'aria-label': t.removeOf(email) }}
      >
        {t.removeText}
      </ConfirmButton>
    </Group>
  )
}
