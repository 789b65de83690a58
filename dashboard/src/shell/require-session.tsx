import { Center, Container, Loader } from '@mantine/core'
import { Suspense, useEffect, type ReactElement, type ReactNode } from 'react'
import { lazyPart } from '../ui/lazy-part'
import { useMessages } from '../messages/use-messages'
import { openSession, signIn } from '../session/session'
import { useSessionState } from '../session/use-session'
import { EmptyState } from '../ui/empty-state'
import { Problem } from '../ui/problem'

const SessionEnded = lazyPart(() => import('../session/session-ended'), 'SessionEnded')

/** Shows its children to an admin who is signed in; anyone else is sent to the sign-in, which comes back to this address. */
export function RequireSession({ children }: { children: ReactNode }): ReactElement {
  const { ui: t, shell } = useMessages()
  const state = useSessionState()
  useEffect(() => {
    if (state.status === 'signed_out' && isSecureContext) void signIn()
  }, [state.status])
  // The sign-in needs the cryptography of the browser (Secure Contexts, W3C).
  if (!isSecureContext) {
    return (
      <Center mih="100dvh" p="md">
        <EmptyState is_page title={shell.insecure} hint={shell.insecureHint} />
      </Center>
    )
  }
  if (state.status === 'failed') {
    return (
      <Container py="xl">
        <Problem error={state.error} onRetry={() => void openSession()} />
      </Container>
    )
  }
  if (!('session' in state)) {
    return (
      <Center mih="100dvh">
        <Loader aria-label={t.loading} role="status" />
      </Center>
    )
  }
  return (
    <>
      {children}
      {state.status === 'ended' && (
        <Suspense>
          <SessionEnded />
        </Suspense>
      )}
    </>
  )
}
