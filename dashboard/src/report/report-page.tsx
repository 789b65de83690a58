import { Button, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState, type ReactElement } from 'react'
import type { KeptReport, MigrationReport } from '../../../src/contract/migration-report.ts'
import { download } from '../client/download'
import { useRead } from '../client/use-client'
import { useMessages } from '../messages/use-messages'
import { MigrationPartPage } from '../migration/part-page'
import { useCounts } from '../migration/use-counts'
import { useTenant } from '../session/use-session'
import { RoutePending } from '../shell/route-states'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { scriptSaves } from '../migration/script-saves'
import { LineChart } from '../ui/line-chart'
import { notifyProblem } from '../ui/notices'
import { Problem } from '../ui/problem'
import { Section } from '../ui/section'
import { Time } from '../ui/time'

const route = getRouteApi('/t/$tenant_id/migration/$connection_id/report')

/** The closing report of a migration, to read and to download. */
export function ReportPage(): ReactElement {
  const { report: t, migration } = useMessages()
  const { connection_id } = route.useParams()
  const { data, error, refetch } = useCounts('getMigrationReport', { connection_id, counts: 'kept' })
  const kept = data as KeptReport | undefined
  return (
    <MigrationPartPage
      connection_id={connection_id}
      title={t.title}
      subtitle={t.subtitle}
      says_end={false}
      actions={<Downloads connection_id={connection_id} />}
    >
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {kept?.error !== undefined && <Text role="status">{migration.groupsFailed(kept.error)}</Text>}
      {kept?.report && <Report report={kept.report} />}
      {!kept?.report && !error && kept?.error === undefined && (
        <Counting connection_id={connection_id} is_counting={kept?.is_counting === true} />
      )}
    </MigrationPartPage>
  )
}

/** What is known at once, while people are counted for the report. */
function Counting({ connection_id, is_counting }: { connection_id: string; is_counting: boolean }): ReactElement {
  const t = useMessages()
  const { data } = useRead('getMigration', { connection_id, days: 1 })
  if (!data || !is_counting) return <RoutePending />
  const { states, records } = data
  return (
    <Stack gap="lg">
      <Text>{t.report.sentence(states.migrated, records)}</Text>
      <Text role="status">{t.migration.groupsCounting}</Text>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Counts title={t.report.people} counts={states} names={t.migration.states} total={records} />
        <Skeleton height={200} />
      </SimpleGrid>
    </Stack>
  )
}

function Downloads({ connection_id }: { connection_id: string }): ReactElement {
  const t = useMessages().report
  const { tenant_id } = useTenant()
  const [busy, setBusy] = useState<string>()
  const save = (format: 'html' | 'csv' | 'json'): void => {
    setBusy(format)
    download(tenant_id, 'getMigrationReport', { connection_id, format })
      .catch((error: unknown) => notifyProblem(t.notDownloaded, error))
      .finally(() => setBusy(undefined))
  }
  return (
    <>
      {(['html', 'csv', 'json'] as const).map((format) => (
        <Button
          key={format}
          variant="default"
          loading={busy === format}
          aria-label={t.download(t.formats[format])}
          onClick={() => save(format)}
        >
          {t.formats[format]}
        </Button>
      ))}
    </>
  )
}

function Report({ report }: { report: MigrationReport }): ReactElement {
  const t = useMessages()
  const texts = t.report
  const { people, days, refused } = report
  if (people.total === 0) return <EmptyState title={texts.empty} hint={texts.emptyHint} />
  const causes: Record<string, string> = { ...t.migration.outcomes, ...t.migration.problems }
  return (
    <Stack gap="lg">
      <Text>
        {texts.sentence(people.states.migrated, people.total)} {texts.firstSeen} <Time value={report.first_record_at} />
        . {texts.lastMoved} <Time value={report.last_moved_at} />. {texts.made} <Time value={report.created_at} />.
      </Text>
      {days.length > 1 && <Curve days={days} />}
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Counts title={texts.people} counts={people.states} names={t.migration.states} total={people.total} />
        <Counts
          title={texts.origin}
          counts={{ listed: people.listed, discovered: people.discovered, gone: people.gone }}
          names={texts.origins}
        />
        <Counts title={texts.movedThrough} counts={report.moved_through} names={t.migration.ways} />
        <Counts
          title={texts.users}
          counts={report.users.arrived_through}
          names={texts.arrivals}
          total={report.users.total}
        />
        <Counts
          title={texts.refused}
          counts={Object.fromEntries(
            refused.map(({ outcome, problem, people: number }) => [
              [outcome, problem]
                .filter(Boolean)
                .map((cause) => causes[cause ?? ''] ?? cause)
                .join(', ') || texts.noCause,
              number,
            ]),
          )}
          names={{}}
        />
        <Counts
          title={texts.remaining}
          counts={report.remaining.by_last_activity}
          names={t.migration.activity}
          total={report.remaining.total}
          note={report.remaining.disabled > 0 ? texts.disabledOfThem(report.remaining.disabled) : undefined}
        />
        <Counts title={texts.decisions} counts={report.decisions} names={t.migration.kinds} />
        <Counts title={texts.drift} counts={report.drift.fields} names={{}} total={report.drift.people} />
      </SimpleGrid>
      <Section title={texts.days}>
        <DataTable
          label={texts.days}
          head={[
            texts.day,
            texts.moved,
            texts.movedTotal,
            texts.refusedOnDay,
            texts.deleted,
            texts.calls,
            texts.outages,
          ]}
          rows={days.map((day) => [
            day.day,
            ...[day.moved, day.moved_total, day.refused, day.deleted, day.calls, day.outage_calls].map((value) =>
              t.ui.number(value),
            ),
          ])}
        />
      </Section>
    </Stack>
  )
}

function Curve({ days }: { days: MigrationReport['days'] }): ReactElement {
  const { report: t, migration } = useMessages()
  const { markSaves } = migration
  const chart = useMemo(() => {
    const startOf = (day: string): Date => new Date(`${day}T00:00:00Z`)
    return {
      times: days.map(({ day }) => startOf(day)),
      series: [
        { label: t.movedTotal, values: days.map(({ moved_total }) => moved_total) },
        { label: t.moved, values: days.map(({ moved }) => moved) },
      ],
      marks: days
        .filter(({ versions }) => versions.length > 0)
        .map(({ day, versions }) => ({
          at: startOf(day),
          label: markSaves(scriptSaves(versions)),
        })),
    }
  }, [days, t, markSaves])
  return (
    <Section title={t.curve}>
      <LineChart label={t.curve} {...chart} />
    </Section>
  )
}

/** Numbers by what they count, without those that are 0. */
function Counts({
  title,
  counts,
  names,
  total,
  note,
}: {
  title: string
  counts: Readonly<Record<string, number>>
  names: Readonly<Record<string, string>>
  total?: number
  /** What is said of all of them, below. */
  note?: string | undefined
}): ReactElement {
  const t = useMessages()
  const rows = Object.entries(counts).filter(([, count]) => count > 0)
  return (
    <Section title={title} {...(total === undefined ? {} : { hint: t.report.total(total) })}>
      {rows.length === 0 ? (
        <Group>
          <Text c="dimmed">{t.report.none}</Text>
        </Group>
      ) : (
        <DataTable
          label={title}
          head={[t.report.what, t.report.number]}
          rows={rows.map(([name, count]) => [names[name] ?? name, t.ui.number(count)])}
        />
      )}
      {note !== undefined && <Text size="sm">{note}</Text>}
    </Section>
  )
}
