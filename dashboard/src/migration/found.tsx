import { Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'
import { StateBadge } from '../ui/state-badge'
import { Attempt } from './timeline'
import { recordName, stateTones } from './record-name'

type Person = Answer<'findPeople'>['people'][number]

/** The people whom the whole text of a search names: also by phone number, user id or reference code. */
export function Found({ connection_id, q }: { connection_id: string; q: string }): ReactElement | null {
  const t = useMessages().migration
  const { data, error, refetch } = useRead('findPeople', { connection_id, q }, { enabled: useCan('findPeople') })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  if (!data || data.people.length === 0) return null
  return (
    <Stack gap="xs" role="region" aria-label={t.found}>
      {data.people.map((person) => (
        <Paper
          key={person.record?.record_id ?? person.user?.user_id ?? person.attempts[0]?.log_id}
          withBorder
          p="sm"
          bg="var(--mantine-color-default-hover)"
        >
          <FoundPerson connection_id={connection_id} person={person} />
        </Paper>
      ))}
    </Stack>
  )
}

function FoundPerson({ connection_id, person }: { connection_id: string; person: Person }): ReactElement {
  const t = useMessages().migration
  const { record, user, attempts } = person
  const [last] = attempts
  if (record)
    return (
      <Group gap="xs">
        <Link
          from="/t/$tenant_id"
          to="./migration/$connection_id/people/$record_id"
          params={{ connection_id, record_id: record.record_id }}
        >
          {recordName(record)}
        </Link>
        <StateBadge tone={stateTones[record.state]}>{t.states[record.state]}</StateBadge>
        {last?.shown_text !== undefined && <Text size="sm">{t.sawText(last.shown_text)}</Text>}
      </Group>
    )
  if (user)
    return (
      <Link from="/t/$tenant_id" to="./users/$user_id" params={{ user_id: user.user_id }}>
        {user.email ?? user.username ?? user.user_id}
      </Link>
    )
  return (
    <Stack gap={4}>
      <Text fw={600}>{t.notAttributed}</Text>
      {last && <Attempt attempt={last} />}
    </Stack>
  )
}
