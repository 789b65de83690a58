import { MantineThemeProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { Outlet } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'

/** The root of all pages, also of those without a session. */
export function RootLayout(): ReactElement {
  const t = useMessages().ui
  // Each button that is only a cross has a name.
  const named = { components: { CloseButton: { defaultProps: { 'aria-label': t.close } } } }
  return (
    <MantineThemeProvider theme={named}>
      <Outlet />
      <section aria-label={t.notices}>
        <MantineThemeProvider
          theme={{ components: { Notification: { defaultProps: { closeButtonProps: { 'aria-label': t.close } } } } }}
        >
          <Notifications position="bottom-right" withinPortal={false} />
        </MantineThemeProvider>
      </section>
    </MantineThemeProvider>
  )
}
