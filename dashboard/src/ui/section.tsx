import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** A part of a page with a heading, and with what belongs beside the heading. */
export function Section({
  title,
  hint,
  actions,
  children,
}: {
  title: string
  hint?: ReactNode
  actions?: ReactNode
  children: ReactNode
}): ReactElement {
  return (
    <Paper withBorder p="md" component="section" aria-label={title} style={{ minWidth: 0 }}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4">
              {title}
            </Title>
            {hint !== undefined && (
              <Text size="sm" c="dimmed" component="div">
                {hint}
              </Text>
            )}
          </div>
          {actions}
        </Group>
        {children}
      </Stack>
    </Paper>
  )
}
