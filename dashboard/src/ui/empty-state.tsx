import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** The texts of a list without rows: where there is nothing yet, and where nothing matches. */
type NoRowsTexts = { empty: string; emptyHint: string; noMatch: string; noMatchHint: string }

/** What a list without rows says: that nothing matches its filters, or what would be here. */
export function NoRows({ texts, is_filtered }: { texts: NoRowsTexts; is_filtered: boolean }): ReactElement {
  return is_filtered ? (
    <EmptyState title={texts.noMatch} hint={texts.noMatchHint} />
  ) : (
    <EmptyState title={texts.empty} hint={texts.emptyHint} />
  )
}

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
