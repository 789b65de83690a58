import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useRead } from '../client/use-client'
import { isActive } from '../jobs/job-state'
import { useMessages } from '../messages/use-messages'
import { phaseOf } from '../migration/phase'
import { MigrationPartPage } from '../migration/part-page'
import { ConfirmButton } from '../ui/confirm-button'
import { EmptyState } from '../ui/empty-state'
import { notify } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { ImportJob } from './import-job'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/tail-import')

const read_every_ms = 5000

/**
 * Imports the people who have not come, and whose password hash the directory has. An import that runs is shown wherever it was started; else
 * that of the address, or the last one.
 */
export function TailImportPage(): ReactElement {
  const t = useMessages().tailImport
  const { connection_id } = route.useParams()
  const { job } = route.useSearch()
  const { data, error } = useRead('listJobs', { type: 'tail_import' }, { every_ms: read_every_ms })
  // Those that have not ended come first, and then the newest.
  const last = data?.jobs.find((one) => one.connection_id === connection_id)
  const is_running = last !== undefined && isActive(last)
  const shown = is_running ? last.id : (job ?? last?.id)
  return (
    <MigrationPartPage connection_id={connection_id} title={t.title} subtitle={t.subtitle}>
      <Stack gap="lg">
        <Candidates connection_id={connection_id} can_start={!is_running && (data ?? error) !== null} />
        {shown !== undefined && <ImportJob key={shown} job_id={shown} />}
      </Stack>
    </MigrationPartPage>
  )
}

function Candidates({ connection_id, can_start }: { connection_id: string; can_start: boolean }): ReactElement {
  const t = useMessages().tailImport
  const params = { connection_id }
  const { data, error, refetch } = useRead('getMigration', { connection_id, days: 1 }, { every_ms: read_every_ms })
  if (!data) return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Skeleton height={120} />
  const with_hash = data.directory.with_hash ?? 0
  if (with_hash === 0) {
    if (phaseOf(data) === 'ended') return <EmptyState title={t.none} />
    return (
      <EmptyState
        title={t.none}
        hint={data.directory.loaded ? t.noneHint : t.noDirectoryHint}
        action={
          <Link from="/t/$tenant_id" to="./migration/$connection_id/directory" params={params}>
            {t.openDirectory}
          </Link>
        }
      />
    )
  }
  return (
    <Section title={t.candidates(with_hash)} hint={t.hint}>
      <Text size="sm">{t.skipped}</Text>
      <Group>
        {can_start && <Start connection_id={connection_id} people={with_hash} />}
        <Link from="/t/$tenant_id" to="./migration/$connection_id" params={params} search={{ more: 'has_hash' }}>
          {t.show}
        </Link>
      </Group>
    </Section>
  )
}

function Start({ connection_id, people }: { connection_id: string; people: number }): ReactElement {
  const t = useMessages().tailImport
  const navigate = route.useNavigate()
  return (
    <ConfirmButton
      call="importTail"
      input={{ connection_id }}
      also={['jobs', 'users']}
      onSuccess={({ job_id }) => {
        notify(t.started)
        void navigate({ search: { job: job_id } })
      }}
      label={t.start}
      title={t.confirmTitle}
      button={{}}
    >
      {t.confirmText(people)}
    </ConfirmButton>
  )
}
