import { Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import type { Item } from '../client/contract-types'
import { useCan, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Time } from '../ui/time'
import { GrantedList } from './granted-list'

type Token = Item<'listUserRefreshTokens'>

const clientOf = ({ client_name, client_id }: Token): string => client_name ?? client_id

const timeOr = (value: string | undefined, none: string): ReactNode =>
  value === undefined ? none : <Time value={value} is_relative />

/** The refresh tokens of a user. */
export function RefreshTokens({ user_id }: { user_id: string }): ReactElement {
  const t = useMessages().user
  const pages = useReadPages('listUserRefreshTokens', { id: user_id }, { enabled: useCan('listUserRefreshTokens') })
  return (
    <GrantedList
      user_id={user_id}
      operations={{ list: 'listUserRefreshTokens', end: 'deleteRefreshToken', end_all: 'deleteUserRefreshTokens' }}
      texts={{
        title: t.tokens,
        hint: t.tokensHint,
        empty: t.noTokens,
        emptyHint: t.noTokensHint,
        end: t.revoke,
        ended: t.tokenRevoked,
        endAll: t.revokeAll,
        endAllText: t.revokeAllText,
        allEnded: t.allRevoked,
      }}
      head={[t.application, t.audience, t.loggedIn, t.lastUsed, t.ends]}
      pages={pages}
      endLabelOf={(token) => t.revokeOf(clientOf(token))}
      cellsOf={(token) => [
        clientOf(token),
        <div key="for">
          {token.resource_servers.map(({ audience, scopes }, index) => (
            <Text key={index} size="sm" style={{ overflowWrap: 'anywhere' }}>
              {audience} {scopes}
            </Text>
          ))}
        </div>,
        <Time key="began" value={token.created_at} is_relative />,
        timeOr(token.last_exchanged_at, t.notUsed),
        timeOr(token.expires_at, t.noEnd),
      ]}
    />
  )
}
