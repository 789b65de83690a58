import { Alert, Group, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useMessages } from '../messages/use-messages'
import { JobProgress } from '../migration/job-progress'
import { alert_styles } from '../ui/alert-styles'
import { ConfirmButton } from '../ui/confirm-button'
import { notify } from '../ui/notices'
import { Section } from '../ui/section'
import { StateBadge } from '../ui/state-badge'
import { Time } from '../ui/time'
import { LoadCounts, type DirectoryLoad } from './load-counts'

type Props = { connection_id: string; load: DirectoryLoad }

/** The load that runs, or that waits for a confirmation of its numbers. */
export function CurrentLoad(props: Props): ReactElement {
  const t = useMessages().directory
  const { load } = props
  const waits = load.state === 'waiting_for_confirmation'
  return (
    <Section
      title={t.current}
      hint={
        <>
          {t.sources[load.source]}, <Time value={load.created_at} is_relative />
        </>
      }
      actions={<StateBadge tone={waits ? 'warning' : 'info'}>{t.states[load.state]}</StateBadge>}
    >
      {waits ? (
        <Alert color="yellow" variant="light" styles={alert_styles} title={t.confirmTitle}>
          <Text size="sm">{t.confirmText(load.counts.rows, load.counts.gone, load.counts.listed_before)}</Text>
        </Alert>
      ) : (
        <JobProgress job_id={load.job_id} />
      )}
      <LoadCounts load={load} />
      <Group>
        {waits && <Confirm {...props} />}
        {load.state !== 'applying' && <Cancel {...props} />}
      </Group>
    </Section>
  )
}

function Confirm({ connection_id, load }: Props): ReactElement {
  const t = useMessages().directory
  const { rows, gone, listed_before } = load.counts
  return (
    <ConfirmButton
      call="confirmDirectoryLoad"
      input={{ connection_id, load_id: load.load_id, body: { rows, gone } }}
      also={['jobs']}
      onSuccess={() => notify(t.confirmed)}
      label={t.confirm}
      title={t.confirmTitle}
      button={{ color: 'red' }}
    >
      {t.confirmText(rows, gone, listed_before)}
    </ConfirmButton>
  )
}

function Cancel({ connection_id, load }: Props): ReactElement {
  const t = useMessages().directory
  return (
    <ConfirmButton
      call="cancelDirectoryLoad"
      input={{ connection_id, load_id: load.load_id }}
      also={['jobs']}
      onSuccess={() => notify(t.canceled)}
      label={t.cancel}
      title={t.cancelTitle}
      dismiss={t.keepLoad}
    >
      {t.cancelText}
    </ConfirmButton>
  )
}
