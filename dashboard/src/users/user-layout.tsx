import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCall, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { DetailLayout } from '../shell/detail-layout'
import { ConfirmButton, red } from '../ui/confirm-button'
import { notify, notifyProblem, notifyUndo } from '../ui/notices'
import { Permission } from '../ui/permission'
import { StateBadge } from '../ui/state-badge'
import { userTabs } from './tabs'
import { nameOf } from './user-name'

const route = getRouteApi('/t/$tenant_id/users/$user_id')

type User = Answer<'getUser'>

/** The frame of the pages of one user: the name, what an admin may do at once, and a tab for each page. */
export function UserLayout(): ReactElement {
  const { user: texts, users } = useMessages()
  const { tenant_id, user_id } = route.useParams()
  return (
    <DetailLayout
      query={useRead('getUser', { id: user_id })}
      headOf={(user) => ({ title: nameOf(user), actions: <UserActions user={user} /> })}
      list={
        <Link from="/t/$tenant_id" to="./users">
          {users.title}
        </Link>
      }
      label={texts.parts}
      base={`/t/${tenant_id}/users/${encodeURIComponent(user_id)}`}
      tabs={userTabs.map(({ path, label }) => ({ path, label: texts.tabs[label] }))}
    />
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
  const { undo } = t.ui
  const { blockedDone, unblockedDone } = t.users
  const block = (): void =>
    setBlocked(!is_blocked, () =>
      notifyUndo(is_blocked ? unblockedDone(name) : blockedDone(name), {
        label: undo,
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
  const { user: texts, users: t } = useMessages()
  const navigate = route.useNavigate()
  const name = nameOf(user)
  return (
    <ConfirmButton
      call="deleteUser"
      input={{ id: user.user_id }}
      also={['migrations']}
      leave={() => navigate({ to: '..', ignoreBlocker: true })}
      onSuccess={() => notify(t.deletedDone(name))}
      label={t.delete}
      title={t.deleteTitle(name)}
      name={name}
      button={red}
    >
      {texts.deleteText(user.identities[0]?.connection ?? '')}
    </ConfirmButton>
  )
}
