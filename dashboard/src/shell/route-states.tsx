import { Button, Center, Container, Skeleton, Stack } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { EmptyState } from '../ui/empty-state'
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

/** What is shown for a page that failed: why, and Retry, which loads it again. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }): ReactElement {
  const t = useMessages().shell
  return (
    <Container py="xl">
      <Problem error={error} title={t.failed} onRetry={reset} />
    </Container>
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
