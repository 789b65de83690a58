import { Stack } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { Facts } from '../ui/facts'
import { Time } from '../ui/time'
import { MailedLinks } from './mailed-links'
import { ProfileForm } from './profile-form'
import { SetPassword } from './set-password'
import { UserLocks } from './user-locks'
import { useUser } from './use-user'
import { useWay } from './use-way'

/** The profile of a user, with what an admin may do for a login that does not work. */
export function ProfilePage(): ReactElement {
  const user = useUser()
  if (!user) return <RoutePending />
  return (
    <Stack gap="lg">
      <UserFacts user={user} />
      <UserLocks user={user} />
      <ProfileForm user={user} />
      <SetPassword user={user} />
      <MailedLinks user={user} />
    </Stack>
  )
}

const timeOf = (value: string | undefined): ReactNode =>
  value === undefined ? <Time key="never" /> : <Time key={value} value={value} />

function UserFacts({ user }: { user: Answer<'getUser'> }): ReactElement {
  const t = useMessages()
  const texts = t.user
  const way = useWay(user)
  const facts: [string, ReactNode][] = [
    [texts.id, <CopyText key="id" text={user.user_id} label={texts.id} />],
    [texts.connection, user.identities.map(({ connection }) => connection).join(', ')],
    [
      texts.arrived,
      <>
        {way} {user.arrived_at === undefined ? '' : timeOf(user.arrived_at)}
      </>,
    ],
    [texts.created, timeOf(user.created_at)],
    [texts.updated, timeOf(user.updated_at)],
    [texts.passwordSet, user.last_password_reset === undefined ? undefined : timeOf(user.last_password_reset)],
    [texts.lastLogin, timeOf(user.last_login)],
    [texts.lastIp, user.last_ip],
    [texts.logins, t.ui.number(user.logins_count ?? 0)],
  ]
  return <Facts label={texts.facts} facts={facts} />
}
