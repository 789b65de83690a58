import { Badge } from '@mantine/core'
import type { ReactElement } from 'react'

const colours = { good: 'teal', warning: 'yellow', bad: 'red', neutral: 'gray', info: 'blue' } as const

/** How a state is meant. */
export type Tone = keyof typeof colours

/** A state in a word. The word carries the meaning; the colour only repeats it. */
export function StateBadge({ tone, children }: { tone: Tone; children: string }): ReactElement {
  return (
    <Badge
      color={colours[tone]}
      variant="light"
      c="var(--mantine-color-text)"
      tt="none"
      fw={500}
      px={6}
      flex="none"
      styles={{ label: { overflow: 'visible' } }}
    >
      {children}
    </Badge>
  )
}
