import { SimpleGrid } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'
import { Section } from '../ui/section'
import type { FinishState } from './finish-page'

/** What the last step has wiped so far, and what is kept. */
export function Wiped({ finish: { wiped, kept } }: { finish: FinishState }): ReactElement | null {
  const t = useMessages()
  if (!wiped && !kept) return null
  const table = (title: string, hint: string, counted: typeof wiped): ReactElement | null =>
    counted ? (
      <Section title={title} hint={hint}>
        <DataTable
          label={title}
          head={[t.finish.what, t.finish.count]}
          rows={counted.map(({ what, count }) => [what, t.ui.number(count)])}
        />
      </Section>
    ) : null
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {table(t.finish.wiped, t.finish.wipedHint, wiped)}
      {table(t.finish.kept, t.finish.keptHint, kept)}
    </SimpleGrid>
  )
}
