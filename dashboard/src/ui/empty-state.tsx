import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** What is said where there is nothing yet: what would be here, how it comes here, and the action that begins it. */
export function EmptyState({
  title,
  hint,
  action,
}: {
  title: string
  hint?: string
  action?: ReactNode
}): ReactElement {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        {hint !== undefined && (
          <Text c="dimmed" ta="center" maw={560}>
            {hint}
          </Text>
        )}
        {action}
      </Stack>
    </Paper>
  )
}
