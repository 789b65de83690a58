import { Alert, Button, Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { ProblemError } from '../client/problem-error'
import { useMessages } from '../messages/use-messages'
import { problemText } from './problem-text'

/**
 * What happened, and what to do: its text with the code of the server, or that the server does not answer.
 *
 * @param title what could not be done; by default that something could not be loaded
 */
export function Problem({
  error,
  title,
  onRetry,
}: {
  error: unknown
  title?: string
  onRetry?: () => void
}): ReactElement {
  const t = useMessages().ui
  const problem = error instanceof ProblemError ? error : undefined
  const is_unreachable = problem?.status === 0
  return (
    <Alert color="red" variant="light" role="alert" title={is_unreachable ? t.unreachable : (title ?? t.loadFailed)}>
      <Text size="sm">{is_unreachable ? t.unreachableHint : problemText(error)}</Text>
      {problem?.retry_after_s !== undefined && <Text size="sm">{t.retryAfter(problem.retry_after_s)}</Text>}
      <Group mt="sm" justify="space-between">
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {t.retry}
          </Button>
        )}
        {problem && !is_unreachable && (
          <Text size="xs" c="dimmed">
            {t.problemCode(problem.status, problem.code)}
          </Text>
        )}
      </Group>
    </Alert>
  )
}
