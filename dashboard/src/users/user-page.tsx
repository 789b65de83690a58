import { Button, Code, Group, SimpleGrid, Stack, Title } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactElement, type ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { CopyText } from '../ui/copy-text'
import { Facts } from '../ui/facts'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Page } from '../ui/page'
import { Permission } from '../ui/permission'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { nameOf } from './user-name'

const route = getRouteApi('/t/$tenant_id/users/$user_id')

type User = Answer<'getUser'>

/** One user: who they are, how they came here, and what an admin may do. */
export function UserPage(): ReactElement {
  const t = useMessages().users
  const { user_id } = route.useParams()
  const { data: user, error, refetch } = useRead('getUser', { id: user_id })
  if (error && !user) return <Problem error={error} onRetry={() => void refetch()} />
  if (!user) return <RoutePending />
  return (
    <Page
      title={nameOf(user)}
      breadcrumbs={[
        <Link key="users" from="/t/$tenant_id" to="./users">
          {t.title}
        </Link>,
      ]}
      actions={<UserActions user={user} />}
    >
      <Profile user={user} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Metadata title={t.userMetadata} value={user.user_metadata} />
        <Metadata title={t.appMetadata} value={user.app_metadata} />
      </SimpleGrid>
    </Page>
  )
}

function UserActions({ user }: { user: User }): ReactElement {
  const t = useMessages()
  const update = useCall('updateUser', { also: ['migrations'] })
  const is_blocked = user.blocked === true
  const name = nameOf(user)
  const setBlocked = (blocked: boolean, onDone: () => void): void =>
    update.mutate(
      { id: user.user_id, body: { blocked } },
      { onSuccess: onDone, onError: (error) => notifyProblem(t.ui.notSaved, error) },
    )
  const block = (): void =>
    setBlocked(!is_blocked, () =>
      notifyUndo(is_blocked ? t.users.unblockedDone(name) : t.users.blockedDone(name), {
        label: t.ui.undo,
        run: () => setBlocked(is_blocked, () => undefined),
      }),
    )
  return (
    <>
      {is_blocked && <StateBadge tone="bad">{t.users.blocked}</StateBadge>}
      <Permission call="updateUser">
        <Button variant="default" loading={update.isPending} onClick={block}>
          {is_blocked ? t.users.unblock : t.users.block}
        </Button>
      </Permission>
      <DeleteUser user={user} />
    </>
  )
}

function DeleteUser({ user }: { user: User }): ReactElement {
  const t = useMessages().users
  const navigate = route.useNavigate()
  const [is_open, setIsOpen] = useState(false)
  const remove = useCall('deleteUser', { also: ['migrations'] })
  const name = nameOf(user)
  const confirm = (): void =>
    remove.mutate(
      { id: user.user_id },
      {
        onSuccess: () => {
          notify(t.deletedDone(name))
          void navigate({ to: '..' })
        },
      },
    )
  return (
    <>
      <Permission call="deleteUser">
        <Button color="red" variant="outline" onClick={() => setIsOpen(true)}>
          {t.delete}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.deleteTitle(name)}
        action={t.delete}
        name={name}
        is_busy={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
      >
        {t.deleteText}
      </ConfirmDialog>
    </>
  )
}

function Profile({ user }: { user: User }): ReactElement {
  const t = useMessages()
  const { users } = t
  const verified = user.email_verified === true ? users.verified : users.notVerified
  const through = user.arrived_through ?? 'unknown'
  const arrived = through in users.arrived ? users.arrived[through as keyof typeof users.arrived] : through
  const members: [string, ReactNode][] = [
    [users.id, <CopyText key="id" text={user.user_id} label={users.id} />],
    [users.email, user.email === undefined ? undefined : `${user.email} (${verified})`],
    [users.username, user.username],
    [users.phone, user.phone_number],
    [users.columns.arrived, arrived],
    [users.identities, user.identities.map(({ connection }) => connection).join(', ')],
    [users.created, <Time key="created" value={user.created_at} />],
    [users.updated, <Time key="updated" value={user.updated_at} />],
    [users.lastLogin, <Time key="last" value={user.last_login} />],
    [users.logins, t.ui.number(user.logins_count ?? 0)],
  ]
  return <Facts label={users.profile} facts={members} />
}

function Metadata({ title, value }: { title: string; value: unknown }): ReactElement {
  return (
    <Stack gap="xs">
      <Group>
        <Title order={2} size="h4">
          {title}
        </Title>
      </Group>
      <Code block tabIndex={0}>
        {JSON.stringify(value ?? {}, undefined, 2)}
      </Code>
    </Stack>
  )
}
