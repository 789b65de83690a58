import { Paper, SimpleGrid, Text, type SimpleGridProps } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** Names with their values; one whose value is undefined is left out. */
export type FactsOf = readonly (readonly [name: string, value: ReactNode])[]

/** Names with their values in columns. `cols`: how many, by the width of the screen. */
export function FactList({ facts, cols }: { facts: FactsOf; cols: SimpleGridProps['cols'] }): ReactElement {
  return (
    <SimpleGrid cols={cols} component="dl" style={{ margin: 0 }}>
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
  )
}

/** What is known about one thing, in a box of its own. */
export function Facts({ label, facts }: { label: string; facts: FactsOf }): ReactElement {
  return (
    <Paper withBorder p="md" component="section" aria-label={label}>
      <FactList facts={facts} cols={{ base: 1, sm: 2, lg: 3 }} />
    </Paper>
  )
}
