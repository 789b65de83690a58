import { Alert, Button, Group, SimpleGrid, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState, type ReactElement, type ReactNode } from 'react'
import { download } from '../client/download'
import { useCan, useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { useTenant } from '../session/use-session'
import { RoutePending } from '../shell/route-states'
import { CopyText } from '../ui/copy-text'
import { Facts } from '../ui/facts'
import { notifyProblem } from '../ui/notices'
import { Page } from '../ui/page'
import { Problem } from '../ui/problem'
import { Stat } from '../ui/stat'
import { Time } from '../ui/time'
import { JobErrors } from './job-errors'
import { isActive, JobProgress, JobStatus, type Job } from './job-state'

const route = getRouteApi('/t/$tenant_id/jobs/$job_id')

const every_ms = 1000

/** One job: how far it is, what came of it, its files and its errors. */
export function JobPage(): ReactElement {
  const { job_id } = route.useParams()
  const [has_ended, setHasEnded] = useState(false)
  const { data: job, error, refetch } = useRead('getJob', { id: job_id }, has_ended ? {} : { every_ms })
  if (job && !isActive(job) && !has_ended) setHasEnded(true)
  if (error && !job) return <Problem error={error} onRetry={() => void refetch()} />
  if (!job) return <RoutePending />
  return <ShownJob job={job} error={error} />
}

function ShownJob({ job, error }: { job: Job; error: unknown }): ReactElement {
  const t = useMessages().jobs
  const { summary, time_left_seconds: left, status_details } = job
  return (
    <Page
      title={t.types[job.type]}
      breadcrumbs={[
        <Link key="jobs" from="/t/$tenant_id" to="./jobs">
          {t.title}
        </Link>,
      ]}
      actions={<JobStatus job={job} />}
    >
      {error !== null && <Problem error={error} />}
      {status_details !== undefined && (
        <Alert color={job.status === 'failed' ? 'red' : 'yellow'} title={t.details}>
          {status_details}
        </Alert>
      )}
      {isActive(job) && (
        <div role="status">
          <JobProgress job={job} />
          {left !== undefined && <Text size="sm">{t.left(left)}</Text>}
        </div>
      )}
      {summary && <Summary summary={summary} />}
      <JobFiles job={job} />
      <JobFacts job={job} />
      {summary !== undefined && summary.failed > 0 && !isActive(job) && job.type === 'users_import' && (
        <JobErrors job_id={job.id} />
      )}
    </Page>
  )
}

function Summary({ summary }: { summary: NonNullable<Job['summary']> }): ReactElement {
  const t = useMessages()
  const ignored = Object.entries(summary.ignored_members ?? {}).map(([name, rows]) => `${name} ${t.ui.number(rows)}`)
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 5 }}>
        {(['total', 'inserted', 'updated', 'skipped', 'failed'] as const).map((name) => (
          <Stat key={name} label={t.jobs.summary[name]} value={t.ui.number(summary[name])} />
        ))}
      </SimpleGrid>
      {summary.skipped_moved + summary.skipped_deleted > 0 && (
        <Text size="sm">{t.jobs.skippedHint(summary.skipped_moved, summary.skipped_deleted)}</Text>
      )}
      {ignored.length > 0 && <Text size="sm">{t.jobs.ignored(ignored.join(', '))}</Text>}
    </>
  )
}

function JobFiles({ job }: { job: Job }): ReactElement | null {
  const t = useMessages().jobs
  const { tenant_id } = useTenant()
  const can_failed_rows = useCan('getFailedRows')
  const save = (name: 'getJobFile' | 'getFailedRows'): void =>
    void download(tenant_id, name, { id: job.id }).catch((error: unknown) => notifyProblem(t.notDownloaded, error))
  if (job.location !== undefined) {
    return (
      <Group>
        <Button onClick={() => save('getJobFile')}>{t.downloadFile}</Button>
        <Text size="sm">{t.fileKept}</Text>
      </Group>
    )
  }
  if (job.failed_rows_location === undefined || !can_failed_rows) return null
  return (
    <Group>
      <Button variant="default" onClick={() => save('getFailedRows')}>
        {t.downloadFailed}
      </Button>
      <Text size="sm">{t.failedKept}</Text>
    </Group>
  )
}

function JobFacts({ job }: { job: Job }): ReactElement {
  const t = useMessages().jobs
  const { connection_id, connection } = job
  const can_connection = useCan('getConnection')
  const facts: [string, ReactNode][] = [
    [t.columns.created, <Time key="created" value={job.created_at} />],
    [
      t.columns.connection,
      connection_id === undefined || !can_connection ? (
        (connection ?? connection_id)
      ) : (
        <Link from="/t/$tenant_id" to="./connections/$connection_id" params={{ connection_id }}>
          {connection ?? connection_id}
        </Link>
      ),
    ],
    [t.step, job.step],
    [t.format, job.format],
    [t.withHashes, job.include_password_hashes === true ? t.included : undefined],
    [t.externalId, job.external_id],
    [t.id, <CopyText key="id" text={job.id} label={t.id} />],
  ]
  return <Facts label={t.facts} facts={facts} />
}
