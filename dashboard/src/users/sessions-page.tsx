import { Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import { RoutePending } from '../shell/route-states'
import { RefreshTokens } from './refresh-tokens'
import { BrowserSessions } from './browser-sessions'
import { useUser } from './use-user'

/** Where a user is logged in: the sessions of browsers, and the refresh tokens of applications. */
export function SessionsPage(): ReactElement {
  const user = useUser()
  if (!user) return <RoutePending />
  return (
    <Stack gap="lg">
      <BrowserSessions user_id={user.user_id} />
      <RefreshTokens user_id={user.user_id} />
    </Stack>
  )
}
