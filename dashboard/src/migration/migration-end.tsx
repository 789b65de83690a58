import { Alert, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { alert_styles } from '../ui/alert-styles'
import { Time } from '../ui/time'
import type { MigrationPhase } from './phase'

/** Says that a migration is being finished, or when it ended, with the links to the finish and to the report; nothing while it goes on. */
export function MigrationEnd({
  connection_id,
  phase,
  note,
}: {
  connection_id: string
  phase: MigrationPhase | undefined
  /** What follows from it for the page. */
  note?: string
}): ReactElement | null {
  const t = useMessages().migration
  const has_ended = phase === 'ended'
  const { data: finish } = useRead('getFinish', { connection_id }, { enabled: has_ended })
  const params = { connection_id }
  if (phase === undefined || phase === 'open') return null
  const at = finish?.step_ended_at ?? finish?.step_started_at
  return (
    <Alert
      color={has_ended ? 'teal' : 'blue'}
      variant="outline"
      styles={alert_styles}
      title={has_ended ? t.ended : t.finishing}
    >
      <Text size="sm">
        {has_ended ? t.endedText : t.finishingText} {note}
      </Text>
      {has_ended && at !== undefined && finish?.step && (
        <Text size="sm">
          {finish.step === 'disconnect' ? t.disconnectedAt : t.convertedAt} <Time value={at} />
        </Text>
      )}
      <Group mt="xs">
        {has_ended && (
          <Link from="/t/$tenant_id" to="./migration/$connection_id/report" params={params}>
            {t.openReport}
          </Link>
        )}
        <Link from="/t/$tenant_id" to="./migration/$connection_id/finish" params={params}>
          {t.openFinish}
        </Link>
      </Group>
    </Alert>
  )
}
