import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Item } from '../client/contract-types'
import { useReadPages } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Permitted } from '../shell/permitted'
import { EmptyState } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Time } from '../ui/time'
import { EmailFrame } from './email-frame'
import { MessageState } from './message-state'

type Message = Item<'listOutbox'>

/** The messages of the outbox, without what they say. */
export function OutboxPage(): ReactElement {
  return (
    <Permitted needs="listOutbox">
      <EmailFrame>
        <Outbox />
      </EmailFrame>
    </Permitted>
  )
}

function Outbox(): ReactElement {
  const t = useMessages().email
  const pages = useReadPages('listOutbox', { include_content: false })
  return (
    <>
      <Text size="sm" c="dimmed">
        {t.outboxHint}
      </Text>
      <List
        name={t.tabs.outbox}
        columns={useColumns()}
        pages={pages}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from="/t/$tenant_id/email/outbox" to="./$message_id" params={{ message_id: id }}>
            {content}
          </Link>
        )}
        empty={<EmptyState title={t.emptyOutbox} hint={t.emptyOutboxHint} />}
      />
    </>
  )
}

function useColumns(): Column<Message>[] {
  const t = useMessages().email
  const { messageColumns: columns } = t
  return [
    { key: 'to', label: columns.to, width: 'minmax(0, 2fr)', cell: ({ to }) => to },
    {
      key: 'subject',
      label: columns.subject,
      width: 'minmax(0, 2fr)',
      is_wide_only: true,
      cell: ({ subject, channel }) => (channel === 'text' ? t.textMessage : subject),
    },
    { key: 'state', label: columns.state, width: '8rem', cell: ({ status }) => <MessageState status={status} /> },
    {
      key: 'written',
      label: columns.written,
      is_wide_only: true,
      cell: ({ created_at }) => <Time value={created_at} is_relative />,
    },
  ]
}
