import { Code, Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { RoutePending } from '../shell/route-states'
import { ConfirmButton } from '../ui/confirm-button'
import { DataTable } from '../ui/data-table'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import { LinkUser } from './link-user'
import { useUser } from './use-user'

type User = Answer<'getUser'>
type Identity = User['identities'][number]

const bare = (user_id: string): string => user_id.replace(/^auth0\|/, '')

/** The identities of a user: each is a login in a connection. */
export function IdentitiesPage(): ReactElement {
  const t = useMessages().user
  const user = useUser()
  if (!user) return <RoutePending />
  return (
    <Section title={t.tabs.identities} hint={t.identitiesHint} actions={<LinkUser user={user} />}>
      <DataTable
        label={t.tabs.identities}
        head={[t.connection, t.identityId, t.kind, t.person, t.actions]}
        rows={user.identities.map((identity) => {
          const is_main = bare(user.user_id) === identity.user_id
          return [
            identity.connection,
            <Code key="id" style={{ overflowWrap: 'anywhere' }}>
              {identity.user_id}
            </Code>,
            is_main ? t.main : t.linked,
            <Names key="profile" profile={is_main ? user : (identity.profileData ?? {})} />,
            is_main ? '' : <Unlink key="unlink" user={user} identity={identity} />,
          ]
        })}
      />
    </Section>
  )
}

function Names({ profile }: { profile: NonNullable<Identity['profileData']> }): ReactElement {
  const { email, username, phone_number, name } = profile
  return (
    <Stack gap={0}>
      {[email, username, phone_number, name]
        .filter((text) => text !== undefined)
        .map((text, index) => (
          <span key={index} style={{ overflowWrap: 'anywhere' }}>
            {text}
          </span>
        ))}
    </Stack>
  )
}

function Unlink({ user, identity }: { user: User; identity: Identity }): ReactElement {
  const t = useMessages().user
  return (
    <ConfirmButton
      call="unlinkIdentity"
      // With `auth0|`, because a browser takes the bare ids `.` and `..` for segments that lead elsewhere.
      input={{ id: user.user_id, provider: identity.provider, user_id: `auth0|${identity.user_id}` }}
      also={['sessions', 'refresh-tokens', 'migrations']}
      onSuccess={() => notify(t.unlinked)}
      label={t.unlink}
      title={t.unlinkTitle(identity.profileData?.email ?? identity.user_id)}
      button={{ variant: 'default', size: 'xs' }}
    >
      {t.unlinkText}
    </ConfirmButton>
  )
}
