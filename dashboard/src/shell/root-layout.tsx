import { Notifications } from '@mantine/notifications'
import { Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

/** The root of all pages, also of those without a session. */
export function RootLayout(): ReactElement {
  const t = useMessages().ui
  return (
    <>
      <Outlet />
      <section aria-label={t.notices}>
        <Notifications position="bottom-right" withinPortal={false} />
      </section>
    </>
  )
}
