import { Group, Progress, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useMessages } from '../messages/use-messages'
import { StateBadge, type Tone } from '../ui/state-badge'

/** A job of the tenant. */
export type Job = Answer<'getJob'>

/** Whether a job goes on. */
export const isActive = ({ status }: Job): boolean => status === 'pending' || status === 'processing'

const tones: Record<Job['status'], Tone> = {
  pending: 'neutral',
  processing: 'info',
  completed: 'good',
  failed: 'bad',
}

/** Whether a job waits, runs or has ended. */
export function JobStatus({ job: { status } }: { job: Job }): ReactElement {
  const t = useMessages().jobs
  return <StateBadge tone={tones[status]}>{t.statuses[status]}</StateBadge>
}

/** How far a job is; nothing where its size is unknown. */
export function JobProgress({ job: { percentage_done: done } }: { job: Job }): ReactElement {
  const t = useMessages().jobs
  if (done === undefined) return <>–</>
  return (
    <Group gap="xs" wrap="nowrap" component="span">
      <Progress component="span" display="block" value={done} aria-label={t.progress} flex={1} miw={20} />
      <Text component="span" size="sm" flex="none">
        {t.percent(done)}
      </Text>
    </Group>
  )
}
