import { Table } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import styles from './data-table.module.css'

/**
 * A short table, all of whose rows are shown. For lists that grow there is `List`. `is_stacked`: on a phone each row is a block, with the head
 * of each column before its cell; for tables that are wider than a phone.
 */
export function DataTable({
  label,
  head,
  rows,
  is_stacked = false,
}: {
  label: string
  head: readonly string[]
  rows: readonly (readonly ReactNode[])[]
  is_stacked?: boolean
}): ReactElement {
  return (
    <Table.ScrollContainer minWidth={280} scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': label } }}>
      {/* The roles are those of the elements, which browsers drop where a table is laid out as blocks. */}
      <Table aria-label={label} role="table" {...(is_stacked ? { className: styles.stacked } : {})}>
        <Table.Thead role="rowgroup">
          <Table.Tr role="row">
            {head.map((cell) => (
              <Table.Th key={cell} role="columnheader">
                {cell}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody role="rowgroup">
          {rows.map((row, at) => (
            <Table.Tr key={at} role="row">
              {row.map((cell, index) => (
                <Table.Td key={index} role="cell" data-head={head[index]}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
