import { Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { List, type Column } from '../ui/list'

type RowError = Extract<Answer<'listJobErrors'>, unknown[]>[number]

// The server keeps so many.
const errors_max = 10_000

/** The refused rows of an import: who it was, and what was wrong with which member. */
export function JobErrors({ job_id }: { job_id: string }): ReactElement {
  const t = useMessages()
  const { data, error, refetch } = useRead('listJobErrors', { id: job_id })
  const items = Array.isArray(data) ? data : []
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        {t.jobs.errors}
      </Title>
      {items.length >= errors_max && <Text size="sm">{t.jobs.errorsMax(errors_max)}</Text>}
      <List
        name={t.jobs.errors}
        columns={useColumns()}
        pages={{
          items,
          total: undefined,
          is_pending: data === undefined && error === null,
          error,
          has_more: false,
          is_loading_more: false,
          loadMore: () => undefined,
          retry: () => void refetch(),
        }}
        keyOf={({ index }) => String(index)}
        empty={<Text>{t.ui.nothingFound}</Text>}
      />
    </Stack>
  )
}

/** How the file names the user of a row. */
function userOf({ user }: RowError): string {
  const name = ['email', 'username', 'phone_number', 'user_id'].map((member) => user[member]).find(Boolean)
  return typeof name === 'string' ? name : JSON.stringify(user)
}

function useColumns(): Column<RowError>[] {
  const t = useMessages()
  const { line, user, errors } = t.jobs.errorColumns
  return [
    { key: 'line', label: line, width: '4rem', is_number: true, cell: (row) => t.ui.number(row.line) },
    { key: 'user', label: user, cell: userOf },
    {
      key: 'errors',
      label: errors,
      width: 'minmax(0, 2fr)',
      cell: (row) => {
        const text = row.errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ')
        return <span title={text}>{text}</span>
      },
    },
  ]
}
