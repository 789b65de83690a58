import { Alert, Button, Center, Container, Skeleton, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState, type ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
import { NotLoaded } from '../ui/lazy-part'
import { Problem } from '../ui/problem'

/** What is shown while a page is loaded. */
export function RoutePending(): ReactElement {
  return (
    <Stack aria-busy="true">
      <Skeleton height={32} width={240} />
      <Skeleton height={160} />
    </Stack>
  )
}

/** What is shown for a page that failed: why, and Retry. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }): ReactElement {
  const t = useMessages().shell
  return (
    <Container py="xl">
      {error instanceof NotLoaded ? (
        <NotLoadedPage error={error} />
      ) : (
        <Problem error={error} title={t.failed} onRetry={reset} />
      )}
    </Container>
  )
}

/**
 * A page whose code could not be loaded. Retry reloads the document, because the names of the files are others after an upgrade; but only once
 * the server answers: the browser's own page for a server that does not would replace the dashboard.
 */
function NotLoadedPage({ error }: { error: NotLoaded }): ReactElement {
  const t = useMessages()
  const [is_busy, setIsBusy] = useState(false)
  // Another page may be opened meanwhile, and this one later.
  useEffect(() => error.forget, [error])
  const retry = async (): Promise<void> => {
    setIsBusy(true)
    const answer = await fetch('/health/live', { cache: 'no-store' }).catch(() => undefined)
    if (answer?.ok === true) location.reload()
    else setIsBusy(false)
  }
  return (
    <Alert color="red" variant="light" role="alert" title={t.shell.notLoaded}>
      <Text size="sm">{t.shell.notLoadedHint}</Text>
      <Button mt="sm" size="xs" variant="default" loading={is_busy} onClick={() => void retry()}>
        {t.ui.retry}
      </Button>
    </Alert>
  )
}

/** What is shown for an unknown address. */
export function NotFoundPage(): ReactElement {
  const t = useMessages().shell
  return (
    <Center py="xl">
      <EmptyState
        is_page
        title={t.notFound}
        hint={t.notFoundHint}
        action={
          <Button component={Link} to="/" variant="default">
            {t.product}
          </Button>
        }
      />
    </Center>
  )
}
