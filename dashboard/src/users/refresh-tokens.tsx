import { Button, Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useCan, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Time } from '../ui/time'
import { GrantedList } from './granted-list'

type Token = Item<'listUserRefreshTokens'>

const clientOf = ({ client_name, client_id }: Token): string => client_name ?? client_id

/** The refresh tokens of a user. */
export function RefreshTokens({ user_id }: { user_id: string }): ReactElement {
  const { user: t, ui } = useMessages()
  const { notSaved } = ui
  const pages = useReadPages('listUserRefreshTokens', { id: user_id }, { enabled: useCan('listUserRefreshTokens') })
  const revoke = useCall('deleteRefreshToken', { also: ['users'] })
  const all = useCall('deleteUserRefreshTokens')
  const timeOr = (value: string | undefined, none: string): ReactNode =>
    value === undefined ? none : <Time value={value} is_relative />
  const rowOf = (token: Token): ReactNode[] => [
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
    <Permission key="revoke" call="deleteRefreshToken">
      <Button
        size="xs"
        variant="default"
        aria-label={t.revokeOf(clientOf(token))}
        loading={revoke.isPending && revoke.variables?.id === token.id}
        onClick={() =>
          revoke.mutate(
            { id: token.id },
            {
              onSuccess: () => notify(t.tokenRevoked),
              onError: (error) => notifyProblem(notSaved, error),
            },
          )
        }
      >
        {t.revoke}
      </Button>
    </Permission>,
  ]
  return (
    <GrantedList
      texts={{
        title: t.tokens,
        hint: t.tokensHint,
        empty: t.noTokens,
        emptyHint: t.noTokensHint,
        endAll: t.revokeAll,
        endAllText: t.revokeAllText,
      }}
      head={[t.application, t.audience, t.loggedIn, t.lastUsed, t.ends, t.actions]}
      pages={pages}
      rowOf={rowOf}
      read="listUserRefreshTokens"
      call="deleteUserRefreshTokens"
      end={{
        isPending: all.isPending,
        error: all.error,
        run: (onDone) =>
          all.mutate(
            { id: user_id },
            {
              onSuccess: () => {
                onDone()
                notify(t.allRevoked)
              },
            },
          ),
      }}
    />
  )
}
