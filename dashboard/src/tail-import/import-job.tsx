import { Skeleton, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import type { Answer } from '../client/contract-types'
import { useRead } from '../client/use-client'
import { isActive } from '../jobs/job-state'
import { useMessages } from '../messages/use-messages'
import { JobProgress } from '../migration/job-progress'
import { DataTable } from '../ui/data-table'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { StateBadge, type Tone } from '../ui/state-badge'
import { Time } from '../ui/time'

type Job = Answer<'getJob'>

const read_every_ms = 2000
const tones: Record<Job['status'], Tone> = { pending: 'info', processing: 'info', completed: 'good', failed: 'bad' }

/** How far an import is, whom it skipped and why, and who was refused. */
export function ImportJob({ job_id }: { job_id: string }): ReactElement {
  const t = useMessages()
  const texts = t.tailImport
  const { data: job, error, refetch } = useRead('getJob', { id: job_id }, { every_ms: read_every_ms })
  if (!job) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} />
  const is_running = isActive(job)
  const counts = Object.entries(texts.counts).flatMap(([name, label]) => {
    const value = (job.summary as Record<string, unknown> | undefined)?.[name]
    return typeof value === 'number' && (value > 0 || name === 'inserted') ? [[label, t.ui.number(value)]] : []
  })
  return (
    <Section
      title={texts.job}
      hint={
        <>
          {texts.begun} <Time value={job.created_at} is_relative />
        </>
      }
      actions={<StateBadge tone={tones[job.status]}>{texts.states[job.status]}</StateBadge>}
    >
      {is_running && <JobProgress job_id={job_id} />}
      {!is_running && job.status_details !== undefined && (
        <Text style={{ overflowWrap: 'anywhere' }}>{job.status_details}</Text>
      )}
      {counts.length > 0 && <DataTable label={texts.job} head={[texts.what, texts.number]} rows={counts} />}
      {(job.summary?.failed ?? 0) > 0 && <Refused job_id={job_id} />}
    </Section>
  )
}

function nameOf(user: Record<string, unknown>): string {
  const named = [user['email'], user['username'], user['user_id']].find((value) => typeof value === 'string')
  return typeof named === 'string' ? named : '–'
}

const shown_max = 100

function Refused({ job_id }: { job_id: string }): ReactElement {
  const t = useMessages().tailImport
  const { data, error, refetch } = useRead('listJobErrors', { id: job_id })
  if (error) return <Problem error={error} onRetry={() => void refetch()} />
  const refused = Array.isArray(data) ? data : []
  return (
    <>
      <DataTable
        label={t.refused}
        head={[t.person, t.why]}
        rows={refused
          .slice(0, shown_max)
          .map(({ user, errors }) => [nameOf(user), errors.map(({ message }) => message).join(' ')])}
      />
      {refused.length > shown_max && <Text size="sm">{t.firstOnly(shown_max, refused.length)}</Text>}
    </>
  )
}
