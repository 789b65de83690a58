import { Center, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { passReturned } from './returned'

/** The page to which the login page sends a sign-in test: the tab that began it receives the code, and shows the result. */
export function SignInTestedPage(): ReactElement {
  const t = useMessages().try_connection
  const [search] = useState(() => new URLSearchParams(location.search))
  const error = search.get('error_description') ?? search.get('error')
  useEffect(() => {
    const [state, code] = [search.get('state'), search.get('code')]
    if (state !== null) {
      passReturned({ state, ...(code === null ? {} : { code }), ...(error === null ? {} : { error }) })
    }
    history.replaceState(null, '', location.pathname)
  }, [search, error])
  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack align="center" role="status">
        <Title order={1} size="h3">
          {error === null ? t.returned : t.refused}
        </Title>
        {error !== null && <Text>{error}</Text>}
        <Text>{t.returnedText}</Text>
      </Stack>
    </Center>
  )
}
