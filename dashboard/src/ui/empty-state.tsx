import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/**
 * What is said where there is nothing yet: what would be here, how it comes here, and the action that begins it. `is_page`: it is all that
 * the page shows, and its title that of the page.
 */
export function EmptyState({
  title,
  hint,
  action,
  is_page = false,
}: {
  title: string
  hint?: string
  action?: ReactNode
  is_page?: boolean
}): ReactElement {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="xs">
        <Title order={is_page ? 1 : 2} size="h4" ta="center">
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
