import { Alert, Button, Group, Text } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useCall } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { JobProgress } from '../migration/job-progress'
import { alert_styles } from '../ui/alert-styles'
import { ConfirmDialog } from '../ui/confirm-dialog'
import { notify } from '../ui/notices'
import { Permission } from '../ui/permission'
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
          <Text size="sm">{load.message}</Text>
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
  const [is_open, setIsOpen] = useState(false)
  const confirm = useCall('confirmDirectoryLoad', { also: ['jobs'] })
  const { rows, gone, listed_before } = load.counts
  return (
    <>
      <Permission call="confirmDirectoryLoad">
        <Button color="red" onClick={() => setIsOpen(true)}>
          {t.confirm}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.confirmTitle}
        action={t.confirm}
        is_busy={confirm.isPending}
        error={confirm.error}
        onConfirm={() =>
          confirm.mutate(
            { connection_id, load_id: load.load_id, body: { rows, gone } },
            { onSuccess: () => notify(t.confirmed) },
          )
        }
      >
        {t.confirmText(rows, gone, listed_before)}
      </ConfirmDialog>
    </>
  )
}

function Cancel({ connection_id, load }: Props): ReactElement {
  const t = useMessages().directory
  const [is_open, setIsOpen] = useState(false)
  const cancel = useCall('cancelDirectoryLoad', { also: ['jobs'] })
  return (
    <>
      <Permission call="cancelDirectoryLoad">
        <Button variant="default" onClick={() => setIsOpen(true)}>
          {t.cancel}
        </Button>
      </Permission>
      <ConfirmDialog
        is_open={is_open}
        onClose={() => setIsOpen(false)}
        title={t.cancelTitle}
        action={t.cancel}
        is_busy={cancel.isPending}
        error={cancel.error}
        onConfirm={() =>
          cancel.mutate({ connection_id, load_id: load.load_id }, { onSuccess: () => notify(t.canceled) })
        }
      >
        {t.cancelText}
      </ConfirmDialog>
    </>
  )
}
