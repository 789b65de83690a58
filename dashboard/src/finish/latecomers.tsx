import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { recordName } from '../migration/record-name'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Section } from '../ui/section'
import { Time } from '../ui/time'
import type { FinishState } from './finish-page'

type Latecomer = Item<'listLatecomers'>
const read_every_ms = 15_000

/** The people who had not moved when the finish began and tried since: by day, and each with a link to what can be done. */
export function Latecomers({ connection_id, finish }: { connection_id: string; finish: FinishState }): ReactElement {
  const t = useMessages()
  const texts = t.finish
  const pages = useReadPages('listLatecomers', { connection_id }, { every_ms: read_every_ms })
  const { people = 0, days = [] } = finish.latecomers ?? {}
  return (
    <Section title={texts.latecomers} hint={texts.latecomersHint}>
      {people > 0 && (
        <DataTable
          label={texts.latecomersByDay}
          head={[texts.day, texts.people]}
          rows={days.map(({ day, latecomers }) => [day, t.ui.number(latecomers)])}
        />
      )}
      <List
        name={texts.latecomersList}
        columns={useColumns()}
        pages={pages}
        keyOf={({ record }) => record.record_id}
        link={({ record: { record_id } }, content) => (
          <Link
            from="/t/$tenant_id"
            to="./migration/$connection_id/people/$record_id"
            params={{ connection_id, record_id }}
          >
            {content}
          </Link>
        )}
        empty={<EmptyState title={texts.noLatecomers} hint={texts.noLatecomersHint} />}
      />
    </Section>
  )
}

function useColumns(): Column<Latecomer>[] {
  const t = useMessages()
  const texts = t.finish
  return [
    { key: 'person', label: texts.person, width: 'minmax(0, 2fr)', cell: ({ record }) => recordName(record) },
    {
      key: 'attempts',
      label: texts.attempts,
      width: '6rem',
      is_number: true,
      cell: ({ attempts }) => t.ui.number(attempts),
    },
    { key: 'through', label: texts.last, is_wide_only: true, cell: ({ last_through }) => texts.through[last_through] },
    { key: 'at', label: texts.when, is_wide_only: true, cell: ({ last_at }) => <Time value={last_at} is_relative /> },
  ]
}
