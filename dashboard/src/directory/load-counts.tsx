import { SimpleGrid, Stack } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { DataTable } from '../ui/data-table'

/** A load of the directory. */
export type DirectoryLoad = Answer<'getDirectoryLoad'>

/** The counts of a load: those that are not 0, in words, and the forms of the password hashes. */
export function LoadCounts({ load: { counts } }: { load: DirectoryLoad }): ReactElement {
  const t = useMessages()
  const { hash_forms, ...numbers } = counts
  const rows = (Object.keys(t.directory.counts) as (keyof typeof numbers)[])
    .filter((name) => name === 'rows' || numbers[name] > 0)
    .map((name) => [t.directory.counts[name], t.ui.number(numbers[name])])
  const forms = Object.entries(hash_forms)
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <DataTable label={t.directory.countsLabel} head={[t.directory.what, t.directory.number]} rows={rows} />
        {forms.length > 0 && (
          <DataTable
            label={t.directory.hashForms}
            head={[t.directory.hashForm, t.directory.number]}
            rows={forms.map(([form, count]) => [t.directory.formNames[form] ?? form, t.ui.number(count)])}
          />
        )}
      </SimpleGrid>
    </Stack>
  )
}
