import { Table } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

/** A short table, all of whose rows are shown. For lists that grow there is `List`. */
export function DataTable({
  label,
  head,
  rows,
}: {
  label: string
  head: readonly ReactNode[]
  rows: readonly (readonly ReactNode[])[]
}): ReactElement {
  return (
    <Table.ScrollContainer minWidth={280} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {head.map((cell, index) => (
              <Table.Th key={index}>{cell}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, at) => (
            <Table.Tr key={at}>
              {row.map((cell, index) => (
                <Table.Td key={index}>{cell}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
