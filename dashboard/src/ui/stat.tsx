import { Paper, Skeleton, Text } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** A number with its name; a skeleton while it is unknown. */
export function Stat({ label, value, hint }: { label: string; value: ReactNode; hint?: string }): ReactElement {
  return (
    <Paper withBorder p="md" style={{ display: 'flex', flexDirection: 'column' }}>
      <Text size="sm" c="dimmed" style={{ flexGrow: 1 }}>
        {label}
      </Text>
      {value === undefined ? (
        <Skeleton height={28} width={80} mt={4} />
      ) : (
        <Text fz={24} fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {value}
        </Text>
      )}
      {hint !== undefined && (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
    </Paper>
  )
}
