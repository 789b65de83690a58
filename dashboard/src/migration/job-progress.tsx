import { Progress, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { Problem } from '../ui/problem'

const read_every_ms = 2000

/** How far a job is, where the server knows it, and why it is tried again. */
export function JobProgress({ job_id }: { job_id: string }): ReactElement {
  const t = useMessages().migration
  const { data: job, error, refetch } = useRead('getJob', { id: job_id }, { every_ms: read_every_ms })
  if (error && !job) return <Problem error={error} onRetry={() => void refetch()} />
  return (
    <Stack gap={4}>
      <Progress value={job?.percentage_done ?? 0} aria-label={t.progress} animated />
      <Text size="sm" c="dimmed" role="status">
        {job?.percentage_done === undefined ? t.jobWaits : t.jobDone(job.percentage_done, job.time_left_seconds)}
      </Text>
      {job?.status_details !== undefined && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {job.status_details}
        </Text>
      )}
    </Stack>
  )
}
