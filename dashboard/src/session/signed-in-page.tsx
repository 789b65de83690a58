import { Button, Center, Stack, Text, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { openSession, reportSignedIn, signIn } from './session'
import { completeSignIn } from './sign-in'

/** The page that a sign-in comes back to: it redeems the code and goes on to the page that was asked for. */
export function SignedInPage(): ReactElement {
  const t = useMessages().session
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()
  const [is_window, setIsWindow] = useState(false)
  useEffect(() => {
    void complete(new URLSearchParams(location.search)).catch((error: unknown) => setProblem(String(error)))
    async function complete(search: URLSearchParams): Promise<void> {
      const done = await completeSignIn(search)
      if (!('return_to' in done)) return setProblem(done.problem ?? t.notBegun)
      if (done.window) {
        setIsWindow(true)
        return reportSignedIn()
      }
      await openSession()
      await navigate({ href: done.return_to, replace: true })
    }
  }, [navigate, t])
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack align="center" role="status">
        <Title order={1} size="h3">
          {problem !== undefined ? t.signInFailed : is_window ? t.signedInWindow : t.signingIn}
        </Title>
        {problem !== undefined && (
          <>
            <Text>{problem}</Text>
            <Button onClick={() => void signIn()}>{t.signInAgain}</Button>
          </>
        )}
      </Stack>
    </Center>
  )
}

/** The page after a sign-out. */
export function SignedOutPage(): ReactElement {
  const t = useMessages().session
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack align="center">
        <Title order={1} size="h3">
          {t.signedOut}
        </Title>
        <Button onClick={() => void signIn()}>{t.signInAgain}</Button>
      </Stack>
    </Center>
  )
}
