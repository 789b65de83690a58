import { Button, Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import type { Item } from '../client/contract-types'
import { useCall, useCan, useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { notify, notifyProblem } from '../ui/notices'
import { Permission } from '../ui/permission'
import { Time } from '../ui/time'
import { browserOf } from './browser-of'
import { GrantedList } from './granted-list'

type Session = Item<'listUserSessions'>

/** The sessions of a user's browsers. */
export function BrowserSessions({ user_id }: { user_id: string }): ReactElement {
  const { user: t, ui } = useMessages()
  const { notSaved } = ui
  const pages = useReadPages('listUserSessions', { id: user_id }, { enabled: useCan('listUserSessions') })
  const end = useCall('deleteSession', { also: ['users'] })
  const all = useCall('deleteUserSessions')
  const nameOf = ({ device }: Session): string => {
    const found = browserOf(device.initial_user_agent ?? '')
    return found ? t.deviceOn(found.browser, found.system) : (device.initial_user_agent ?? t.unknownDevice)
  }
  const rowOf = (session: Session): ReactNode[] => [
    <Text key="device" size="sm" lineClamp={2} maw={320} title={session.device.initial_user_agent}>
      {nameOf(session)}
    </Text>,
    session.device.initial_ip ?? '–',
    session.connection ?? '–',
    <Time key="began" value={session.authenticated_at} is_relative />,
    <Time key="ends" value={session.idle_expires_at} is_relative />,
    <Permission key="end" call="deleteSession">
      <Button
        size="xs"
        variant="default"
        aria-label={t.endOf(nameOf(session))}
        loading={end.isPending && end.variables?.id === session.id}
        onClick={() =>
          end.mutate(
            { id: session.id },
            {
              onSuccess: () => notify(t.sessionEnded),
              onError: (error) => notifyProblem(notSaved, error),
            },
          )
        }
      >
        {t.end}
      </Button>
    </Permission>,
  ]
  return (
    <GrantedList
      texts={{
        title: t.sessions,
        hint: t.sessionsHint,
        empty: t.noSessions,
        emptyHint: t.noSessionsHint,
        endAll: t.endAll,
        endAllText: t.endAllText,
      }}
      head={[t.device, t.ip, t.connection, t.loggedIn, t.ends, t.actions]}
      pages={pages}
      rowOf={rowOf}
      read="listUserSessions"
      call="deleteUserSessions"
      end={{
        isPending: all.isPending,
        error: all.error,
        run: (onDone) =>
          all.mutate(
            { id: user_id },
            {
              onSuccess: () => {
                onDone()
                notify(t.allEnded)
              },
            },
          ),
      }}
    />
  )
}
