import { Paper, SimpleGrid, Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** What is known about one thing: names with their values. A value that is undefined is left out. */
export function Facts({
  label,
  facts,
}: {
  label: string
  facts: readonly (readonly [name: string, value: ReactNode])[]
}): ReactElement {
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} component="dl" style={{ margin: 0 }}>
        {facts
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <Text size="sm" c="dimmed" component="dt">
                {name}
              </Text>
              <Text component="dd" style={{ margin: 0, overflowWrap: 'anywhere' }}>
                {value}
              </Text>
            </div>
          ))}
      </SimpleGrid>
    </Paper>
  )
}
