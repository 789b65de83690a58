import { Select, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { NoRows } from '../ui/empty-state'
import { List, type Column } from '../ui/list'
import { Page } from '../ui/page'
import { choiceOf } from '../ui/search-params'
import { Time } from '../ui/time'
import { isActive, JobProgress, JobStatus, type Job } from './job-state'
import { StartExport } from './start-export'
import { StartImport } from './start-import'

const route = getRouteApi('/t/$tenant_id/jobs')

const every_ms = 2000
const take = 100

/** The jobs of the tenant, with how far each is; the kind is in the address. */
export function JobsPage(): ReactElement {
  const t = useMessages().jobs
  const navigate = route.useNavigate()
  const types = Object.keys(t.types) as Job['type'][]
  const type = choiceOf(types, route.useSearch().type)
  const { data, error, refetch } = useRead(
    'listJobs',
    { take, ...(type === undefined ? {} : { type }) },
    { every_ms, keep_previous: true },
  )
  const jobs = data?.jobs ?? []
  return (
    <Page
      title={t.title}
      subtitle={t.subtitle}
      actions={
        <>
          <StartExport />
          <StartImport />
        </>
      }
    >
      <Select
        label={t.type}
        placeholder={t.any}
        clearable
        maw={360}
        data={types.map((value) => ({ value, label: t.types[value] }))}
        value={type ?? null}
        onChange={(chosen) => void navigate({ search: chosen === null ? {} : { type: chosen }, replace: true })}
      />
      <List
        name={t.title}
        columns={useColumns()}
        pages={{
          items: jobs,
          total: undefined,
          is_pending: data === undefined && error === null,
          error,
          has_more: false,
          is_loading_more: false,
          loadMore: () => undefined,
          retry: () => void refetch(),
        }}
        keyOf={({ id }) => id}
        link={({ id }, content) => (
          <Link from="/t/$tenant_id" to="./jobs/$job_id" params={{ job_id: id }}>
            {content}
          </Link>
        )}
        empty={<NoRows texts={t} is_filtered={type !== undefined} />}
      />
      {jobs.filter((job) => !isActive(job)).length >= take && <Text size="sm">{t.newestOnly(take)}</Text>}
    </Page>
  )
}

function useColumns(): Column<Job>[] {
  const t = useMessages().jobs
  const { columns } = t
  return [
    { key: 'job', label: columns.job, width: 'minmax(0, 1.5fr)', cell: ({ type }) => t.types[type] },
    { key: 'connection', label: columns.connection, is_wide_only: true, cell: ({ connection }) => connection ?? '–' },
    { key: 'status', label: columns.status, width: 'minmax(6.5rem, 1fr)', cell: (job) => <JobStatus job={job} /> },
    { key: 'progress', label: columns.progress, is_wide_only: true, cell: (job) => <JobProgress job={job} /> },
    {
      key: 'created',
      label: columns.created,
      is_wide_only: true,
      cell: ({ created_at }) => <Time value={created_at} is_relative />,
    },
  ]
}
