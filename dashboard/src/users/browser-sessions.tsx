import { Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useCan, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Time } from '../ui/time'
import { browserOf } from './browser-of'
import { GrantedList } from './granted-list'

type Session = Item<'listUserSessions'>

/** The sessions of a user's browsers. */
export function BrowserSessions({ user_id }: { user_id: string }): ReactElement {
  const t = useMessages().user
  const pages = useReadPages('listUserSessions', { id: user_id }, { enabled: useCan('listUserSessions') })
  const nameOf = ({ device }: Session): string => {
    const found = browserOf(device.initial_user_agent ?? '')
    return found ? t.deviceOn(found.browser, found.system) : (device.initial_user_agent ?? t.unknownDevice)
  }
  return (
    <GrantedList
      user_id={user_id}
      operations={{ list: 'listUserSessions', end: 'deleteSession', end_all: 'deleteUserSessions' }}
      texts={{
        title: t.sessions,
        hint: t.sessionsHint,
        empty: t.noSessions,
        emptyHint: t.noSessionsHint,
        end: t.end,
        ended: t.sessionEnded,
        endAll: t.endAll,
        endAllText: t.endAllText,
        allEnded: t.allEnded,
      }}
      head={[t.device, t.ip, t.connection, t.loggedIn, t.ends]}
      pages={pages}
      endLabelOf={(session) => t.endOf(nameOf(session))}
      cellsOf={(session) => [
        <Text key="device" size="sm" lineClamp={2} maw={320} title={session.device.initial_user_agent}>
          {nameOf(session)}
        </Text>,
        session.device.initial_ip ?? '–',
        session.connection ?? '–',
        <Time key="began" value={session.authenticated_at} is_relative />,
        <Time key="ends" value={session.idle_expires_at} is_relative />,
      ]}
    />
  )
}
