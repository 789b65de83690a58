import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState, type ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { causeKey } from '../migration/cause-name'
import { DecideDialog } from '../migration/decide-dialog'
import { recordName } from '../migration/record-name'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { CallButton } from '../ui/call-button'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
import type { DecisionCause } from './decisions-page'

type MigrationRecord = Item<'listMigrationRecords'>

/** The people of one cause, each with the decision that was made or the button to make it. */
export function Queue({ connection_id, cause }: { connection_id: string; cause: DecisionCause }): ReactElement {
  const t = useMessages()
  const pages = useReadPages('listMigrationRecords', {
    connection_id,
    cause: causeKey(cause),
  })
  const [deciding, setDeciding] = useState<MigrationRecord>()
  const columns: Column<MigrationRecord>[] = [
    { key: 'person', label: t.migration.columns.person, width: 'minmax(0, 2fr)', cell: recordName },
    {
      key: 'why',
      label: t.decisions.why,
      width: 'minmax(0, 2fr)',
      is_wide_only: true,
      cell: ({ last_error, legacy_id }) =>
        cause.kind === 'shared' ? t.decisions.shares(legacy_id) : (last_error ?? legacy_id ?? '–'),
    },
    {
      key: 'decision',
      label: t.decisions.decision,
      width: 'minmax(9.5rem, 1fr)',
      cell: (record) => <Decision connection_id={connection_id} record={record} onDecide={() => setDeciding(record)} />,
    },
  ]
  return (
    <>
      <List
        name={t.decisions.list}
        columns={columns}
        pages={pages}
        keyOf={({ record_id }) => record_id}
        link={({ record_id }, content) => (
          <Link
            from="/t/$tenant_id"
            to="./migration/$connection_id/people/$record_id"
            params={{ connection_id, record_id }}
          >
            {content}
          </Link>
        )}
        empty={<EmptyState title={t.decisions.nothing} hint={t.decisions.nothingHint} />}
      />
      {deciding && (
        <DecideDialog connection_id={connection_id} record={deciding} is_open onClose={() => setDeciding(undefined)} />
      )}
    </>
  )
}

function Decision({
  connection_id,
  record,
  onDecide,
}: {
  connection_id: string
  record: MigrationRecord
  onDecide: () => void
}): ReactElement {
  const t = useMessages()
  const { decision, record_id } = record
  if (!decision) {
    return (
      <Permission call="setDecision">
        <Button size="compact-sm" onClick={onDecide} aria-label={t.migration.decideTitle(recordName(record))}>
          {t.migration.decide}
        </Button>
      </Permission>
    )
  }
  return (
    <Group gap="0 var(--mantine-spacing-xs)">
      <span>{t.migration.kinds[decision.kind]}</span>
      <CallButton
        call="deleteDecision"
        input={{ connection_id, record_id }}
        onSuccess={() => notify(t.migration.withdrawn)}
        label={t.decisions.withdraw}
        not_done={t.migration.notDone}
        button={{ size: 'compact-sm', 'aria-label': t.decisions.withdrawOf(recordName(record)) }}
      />
    </Group>
  )
}
